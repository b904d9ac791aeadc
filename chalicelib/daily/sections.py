"""Take a day apart: by project, line, camera, shift, version, hour, verdict and place of the defect."""

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, takewhile

from chalicelib.core.inspection import Verdict
from chalicelib.core.spots import Box, where
from chalicelib.daily.domain import Group, PlantDay, Reason, Section, VerdictCounts
from chalicelib.daily.lake_rows import Row, microseconds
from chalicelib.shifts.domain import Shift

type Name = tuple[str, ...]

OUTSIDE = "outside the shifts"
MOST_REASONS = 10
_HOUR = 3_600_000_000
_JUDGED = {Verdict.NORMAL.value, Verdict.ANOMALOUS.value}


def sections(
    rows: Sequence[Row], day: PlantDay, shifts: Mapping[str, Sequence[Shift]], *, one_project: bool
) -> Iterator[Section]:
    """The sections that have groups. A page of all projects says the project before each name."""

    def section(by: str, columns: Name, key: Callable[[Row], Name], chosen: Iterable[Row] = rows) -> Section:
        if one_project:
            return Section(by, columns, groups(chosen, key))
        return Section(by, ("project", *columns), groups(chosen, lambda row: (row.project, *key(row))))

    if not one_project:
        yield section("project", (), lambda _row: ())
    yield section("line", ("line",), lambda row: (row.line,))
    yield section("camera", ("line", "camera"), lambda row: (row.line, row.camera))
    if shifts:
        named = {project: ShiftNames(each, day) for project, each in shifts.items()}
        followed = [row for row in rows if row.project in named]
        by_shift = section("shift", ("shift",), lambda row: (named[row.project].at(row.captured_at),), followed)
        order = {name: at for each in named.values() for at, name in enumerate(each.names)}
        yield Section(by_shift.by, by_shift.columns, tuple(sorted(by_shift.groups, key=lambda g: _placed(g, order))))
    judged = [row for row in rows if row.model_version is not None]
    yield section("model version", ("version",), lambda row: (row.model_version or "",), judged)
    hours = Hours(day)
    yield Section("hour", ("hour",), groups(rows, lambda row: (hours.at(row.captured_at),)))
    yield by_place(rows)


def _placed(group: Group, order: Mapping[str, int]) -> tuple[Name, int, str]:
    *before, name = group.name
    return tuple(before), order.get(name, len(order)), name


def groups(rows: Iterable[Row], key: Callable[[Row], Name]) -> tuple[Group, ...]:
    """The rows counted by name, in the order of the names."""
    found: dict[Name, dict[str, int]] = {}
    for (name, verdict), images in Counter((key(row), row.verdict) for row in rows).items():
        found.setdefault(name, {})[verdict] = images
    return tuple(Group(name, VerdictCounts(**found[name])) for name in sorted(found))


def by_place(rows: Iterable[Row]) -> Section:
    """The defects by the ninth of the image in which the strongest spot lies, the most frequent first."""
    found = groups((row for row in rows if row.verdict == Verdict.ANOMALOUS), lambda row: (place_of(row),))
    return Section("place", ("place",), tuple(sorted(found, key=lambda each: (-each.counts.anomalous, each.name))))


def boxes_of(row: Row) -> tuple[Box, ...]:
    """The unusual spots, the strongest first. A row of an earlier version has none."""
    return tuple(Box(*each) for each in json.loads(row.boxes or "[]"))


def place_of(row: Row) -> str:
    """Where the strongest spot is, in words."""
    boxes = boxes_of(row)
    return where(boxes[0], row.width, row.height) if boxes and row.width and row.height else "not marked"


def reasons(rows: Iterable[Row]) -> tuple[Reason, ...]:
    """Why images have no verdict on a part, the most frequent first."""
    found = Counter((row.verdict, row.reason or "") for row in rows if row.verdict not in _JUDGED)
    ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Reason(verdict, reason, images) for (verdict, reason), images in ordered[:MOST_REASONS])


class Hours:
    """The hours of a day on the plant's clock. If the clocks are set back, an hour has the images of both times."""

    def __init__(self, day: PlantDay) -> None:
        self._start, end = microseconds(day.start), microseconds(day.end)
        starts = takewhile(lambda at: at < end, count(self._start, _HOUR))
        self._names = [day.clock(at, "%H:00") for at in starts]

    def at(self, moment: int) -> str:
        """The hour of a time of the day, as `06:00`."""
        return self._names[(moment - self._start) // _HOUR]


class ShiftNames:
    """The shifts of a day, in order. Of two at the same time the one that began last has the images."""

    def __init__(self, shifts: Sequence[Shift], day: PlantDay) -> None:
        self._spans = [(microseconds(each.start), microseconds(each.end)) for each in shifts]
        self.names = [_name(each, *span, day) for each, span in zip(shifts, self._spans, strict=True)]

    def at(self, moment: int) -> str:
        """The shift of a time of the day."""
        last = bisect_right(self._spans, moment, key=lambda span: span[0]) - 1
        for place in range(last, -1, -1):
            if moment < self._spans[place][1]:
                return self.names[place]
        return OUTSIDE


def _name(shift: Shift, start: int, end: int, day: PlantDay) -> str:
    """A time on another day has its weekday."""
    first, last = (_time(at, day) for at in (start, end))
    return f"{first} to {last} {shift.title}".strip()


def _time(at: int, day: PlantDay) -> str:
    of_day = microseconds(day.start) <= at <= microseconds(day.end)
    return day.clock(at, "%H:%M" if of_day else "%a %H:%M")
