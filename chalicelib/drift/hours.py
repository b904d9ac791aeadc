"""The hours of a day from the lake: how many images of each camera, and the median of each statistic."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from math import nan
from statistics import median
from typing import Any

from chalicelib.aws.observability import readable
from chalicelib.core.image import CHECK_PROJECT
from chalicelib.core.inspection import LIVE
from chalicelib.drift.domain import STATISTICS, Camera, Drift, Example, HourLevel, Hours, moment
from chalicelib.lake.ports import LakeDays

_HOUR = 3_600_000_000
_COLUMNS = ("run", "project", "camera", "captured_at", "model_version", *STATISTICS)
_IMAGE = ("run", "project", "camera", "captured_at", "inspection_id", "key", "etag")
_ONE_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Hour:
    """Numbers of one hour, eight bytes each: a day may have a hundred thousand images."""

    versions: Counter[str] = field(default_factory=Counter)
    values: tuple[array[float], ...] = field(default_factory=lambda: tuple(array("d") for _ in STATISTICS))

    def level(self) -> HourLevel:
        known = [[value for value in values if value == value] for values in self.values]  # noqa: PLR0124 - not a number
        medians = tuple(round(median(values), 4) if values else None for values in known)
        return HourLevel(self.versions.total(), self.versions.most_common(1)[0][0], medians)


def hours_of(day: date, lake: LakeDays) -> Hours:
    """Read one day of UTC. Only images that a model inspected count, each once; a broken file is logged."""
    found: dict[Camera, dict[int, _Hour]] = {}
    for camera, at, (version, *values) in _rows(day, lake, _COLUMNS):
        if version is None:
            continue
        hour = found.setdefault(camera, {}).setdefault(at - at % _HOUR, _Hour())
        hour.versions[version] += 1
        for column, value in zip(hour.values, values, strict=True):
            column.append(nan if value is None else value)
    return {camera: {at: hour.level() for at, hour in sorted(of.items())} for camera, of in found.items()}


def _rows(day: date, lake: LakeDays, columns: Sequence[str]) -> Iterator[tuple[Camera, int, Sequence[Any]]]:
    """The rows of the production line that were captured on the day."""
    begin = (datetime.combine(day, time(), UTC) - _EPOCH) // timedelta(microseconds=1)
    for row in readable(lake.current(day, columns)):
        run, project, camera, at, *others, line = row
        if run == LIVE and project != CHECK_PROJECT and begin <= at < begin + 24 * _HOUR:
            yield (project, line, camera), at, others


def with_examples(drifts: Sequence[Drift], until: datetime, lake: LakeDays) -> list[Drift]:
    """The drifts with a typical image of the day before the change and of the time after it."""
    spans = {drift.of: (drift, *_spans(drift, until)) for drift in drifts}
    days = sorted({day for _, *both in spans.values() for span in both for day in _days(*span)})
    nearest: dict[tuple[Camera, int], tuple[float, Example]] = {}
    for day in days:
        _take_nearest(day, lake, spans, nearest)
    return [
        replace(drift, examples=tuple(nearest[drift.of, at][1] for at in (0, 1) if (drift.of, at) in nearest))
        for drift in drifts
    ]


type _Span = tuple[datetime, datetime]


def _spans(drift: Drift, until: datetime) -> tuple[_Span, _Span]:
    return (drift.since - _ONE_DAY, drift.since), (drift.since, min(until, drift.since + _ONE_DAY))


def _days(first: datetime, last: datetime) -> Iterable[date]:
    return {first.date(), (last - timedelta(microseconds=1)).date()}


def _take_nearest(
    day: date,
    lake: LakeDays,
    spans: dict[Camera, tuple[Drift, _Span, _Span]],
    nearest: dict[tuple[Camera, int], tuple[float, Example]],
) -> None:
    for camera, at, (inspection_id, key, etag, *values) in _rows(day, lake, (*_IMAGE, *STATISTICS)):
        if camera not in spans:
            continue
        drift, *both = spans[camera]
        value, when = values[STATISTICS.index(drift.statistic)], moment(at)
        for place, ((first, last), level) in enumerate(zip(both, (drift.before, drift.after), strict=True)):
            if value is None or not first <= when < last:
                continue
            distance = abs(value - level)
            if (camera, place) not in nearest or distance < nearest[camera, place][0]:
                nearest[camera, place] = distance, Example(inspection_id, key, etag, when)
