"""Read a day, and the days before it, from the lake."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from chalicelib.core.image import CHECK_PROJECT
from chalicelib.core.inspection import LIVE
from chalicelib.core.unreadable import Unreadable
from chalicelib.daily.domain import DAYS_BEFORE, Camera, PlantDay
from chalicelib.lake.ports import LakeDays

_COUNTED = ("run", "project", "camera", "captured_at", "verdict")
_DETAILS = ("reason", "anomaly_probability", "confidence", "anomaly_score", "model_version", "image_id")
_REVIEW = ("review_label", "reviewed_by", "review_kind", "review_drawn_in")
_IMAGE = ("inspection_id", "key", "etag", "width", "height", "boxes", "area_fraction")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = 3_600_000_000


class Row(NamedTuple):
    """An inspection of the day, with the names of the lake's columns. Times are in microseconds since 1970."""

    run: str
    project: str
    camera: str
    captured_at: int
    verdict: str
    reason: str | None
    anomaly_probability: float | None
    confidence: float | None
    anomaly_score: float | None
    model_version: str | None
    image_id: str
    review_label: str | None
    reviewed_by: str | None
    review_kind: str | None
    review_drawn_in: int | None
    inspection_id: str
    key: str
    etag: str
    width: int | None
    height: int | None
    boxes: str | None
    area_fraction: float | None
    line: str


@dataclass
class DayRows:
    """What the lake has of a day: its inspections, and of the days before it how many there are.

    `before` counts by (how many days before, camera, verdict). `last_seen` is when a camera last sent before the day.
    """

    day: PlantDay
    rows: list[Row] = field(default_factory=list)
    before: Counter[tuple[int, Camera, str]] = field(default_factory=Counter)
    last_seen: dict[Camera, int] = field(default_factory=dict)
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def projects(self) -> list[str]:
        """All that sent images on the day or before."""
        return sorted({row.project for row in self.rows} | {project for _, (project, _, _), _ in self.before})


def read_day(day: PlantDay, lake: LakeDays) -> DayRows:
    """Every inspection of the production line counts once, on the day on which it was captured by the plant's clock.

    Its folder says on which day of UTC that was. If the time of capture is not of that day, it is not known, as of an
    image that was never read: it counts at noon UTC.
    """
    found = DayRows(day)
    starts = [microseconds(day.plus(-ago).start) for ago in range(DAYS_BEFORE, -1, -1)] + [microseconds(day.end)]
    days = sorted({each for ago in range(DAYS_BEFORE + 1) for each in day.plus(-ago).utc_days})
    for utc_day in days:
        _read(utc_day, lake, starts, found, whole=utc_day in day.utc_days)
    found.rows.sort(key=lambda row: (row.captured_at, row.inspection_id))
    return found


def _read(utc_day: date, lake: LakeDays, starts: list[int], found: DayRows, *, whole: bool) -> None:
    columns = _COUNTED + _DETAILS + _REVIEW + _IMAGE if whole else _COUNTED
    begin = microseconds(datetime.combine(utc_day, time(), UTC))
    end, noon = begin + 24 * _HOUR, begin + 12 * _HOUR
    for values in _readable(lake, utc_day, columns, found):
        run, project, camera, captured_at, verdict = values[:5]
        if run != LIVE or project == CHECK_PROJECT:
            continue
        at = captured_at if begin <= captured_at < end else noon
        ago = DAYS_BEFORE + 1 - bisect_right(starts, at)
        if ago == 0:
            found.rows.append(Row._make(values)._replace(captured_at=at))
        elif 0 < ago <= DAYS_BEFORE:
            sender = project, values[-1], camera
            found.before[ago, sender, verdict] += 1
            found.last_seen[sender] = max(at, found.last_seen.get(sender, 0))


def _readable(lake: LakeDays, day: date, columns: tuple[str, ...], found: DayRows) -> Iterator[tuple[Any, ...]]:
    for each in lake.current(day, columns):
        if isinstance(each, Unreadable):
            found.unreadable.append(each)
        else:
            yield each


def microseconds(at: datetime) -> int:
    """Since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)
