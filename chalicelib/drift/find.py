"""Find the cameras that changed, and say of what kind each change is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.drift.change_point import Change, Hour, Polished, find_change, first_hour, polished
from chalicelib.drift.domain import (
    FALSE_ALARMS,
    OF_THE_MODEL,
    STATISTICS,
    Camera,
    Drift,
    HourLevel,
    Hours,
    Kind,
    end_of,
    last_drift,
    moment,
)
from chalicelib.shifts.domain import Zone

_SHOWN_DAYS = 14
_MEASURES: Mapping[str, tuple[Kind, float, bool]] = {
    "brightness": (Kind.LIGHT, 0.04, True),
    "sharpness": (Kind.FOCUS, 0.04, True),
    "centre_x": (Kind.MOVED, 0.01, False),
    "centre_y": (Kind.MOVED, 0.01, False),
    "training_distance": (Kind.APPEARANCE, 0.1, False),
    "anomaly_score": (Kind.SCORES, 0.5, False),
}
"""Of each statistic: its kind, the least change that matters, and whether that is a share of the value before."""
_ALSO = 1 / 10
"""Of the largest change: if another kind's change matters and is this large, the image changed as a whole."""


@dataclass(frozen=True, slots=True)
class _Series:
    statistic: str
    polished: Polished
    change: Change
    times: Mapping[Hour, int]

    @property
    def size(self) -> float:
        """How often the change has the least size that matters."""
        _, least, relative = _MEASURES[self.statistic]
        scale = max(abs(self.change.before), 1e-9) if relative else 1.0
        return abs(self.change.after - self.change.before) / scale / least

    @property
    def since(self) -> datetime:
        return moment(self.times[first_hour(self.polished, self.change)])


def find_drifts(hours: Hours, night: date, zone: str, known: Sequence[Drift]) -> list[Drift]:
    """The cameras of a stage that changed, as is known at the end of this day of the plant.

    A camera that changed before is looked at from the day after that change. All cameras and statistics together have
    a false alarm in `FALSE_ALARMS` of nights at most.
    """
    end = end_of(night, zone)
    series = {camera: list(_series(of, end, zone, last_drift(known, camera))) for camera, of in hours.items()}
    tests = sum(map(len, series.values()))
    found = (_drift(camera, each, tests, night) for camera, each in sorted(series.items()))
    return [drift for drift in found if drift is not None]


def _series(levels: Mapping[int, HourLevel], end: datetime, zone: str, changed: datetime | None) -> Iterator[_Series]:
    clock = Zone(zone)
    places = {at: clock.local(moment(at)) for at in levels if moment(at) < end}
    begin = None if changed is None else clock.local(changed).date()
    current = levels[max(places)].version if places else ""
    for index, statistic in enumerate(STATISTICS):
        times: dict[Hour, int] = {}
        values: dict[Hour, float] = {}
        for at, local in places.items():
            level = levels[at]
            value = level.medians[index]
            other = statistic in OF_THE_MODEL and level.version != current
            if value is None or other or (begin is not None and local.date() <= begin):
                continue
            hour = local.toordinal(), local.hour
            times[hour], values[hour] = at, value
        series = polished(values)
        change = find_change(series.levels)
        if change is not None:
            yield _Series(statistic, series, change, times)


def _drift(camera: Camera, series: Sequence[_Series], tests: int, night: date) -> Drift | None:
    clear = [each for each in series if each.change.chance * tests <= FALSE_ALARMS and each.size >= 1]
    if not clear:
        return None
    kind, shown = kind_of(series, clear)
    return Drift(
        project=camera[0],
        line=camera[1],
        camera=camera[2],
        kind=kind,
        since=shown.since,
        found_on=night,
        statistic=shown.statistic,
        before=round(shown.change.before, 4),
        after=round(shown.change.after, 4),
        chance=min(1.0, shown.change.chance * tests),
        points=_points(shown),
    )


def kind_of(series: Sequence[_Series], clear: Sequence[_Series]) -> tuple[Kind, _Series]:
    """The kind of the change, and the statistic that shows it best.

    One of light, focus and place that changed alone is the kind. If several did, or the distance from training alone,
    the image changed as a whole. Only if nothing else did, it is the scores'.
    """
    views = [each for each in clear if each.statistic not in OF_THE_MODEL]
    if not views:
        best = min(clear, key=lambda each: STATISTICS.index(each.statistic))
        return _MEASURES[best.statistic][0], best
    best = max(views, key=lambda each: each.size)
    kind = _MEASURES[best.statistic][0]
    others = (
        each for each in series if each.statistic not in OF_THE_MODEL and _MEASURES[each.statistic][0] is not kind
    )
    mixed = any(each.size >= max(1.0, _ALSO * best.size) and _together(each, best) for each in others)
    return (Kind.APPEARANCE if mixed else kind), best


def _together(one: _Series, other: _Series) -> bool:
    return abs(one.since - other.since) <= timedelta(days=1) and one.change.chance <= FALSE_ALARMS


def _points(series: _Series) -> tuple[tuple[datetime, float], ...]:
    hours = sorted(series.polished.values)
    first = hours[-1][0] - _SHOWN_DAYS
    return tuple((moment(series.times[at]), round(series.polished.values[at], 4)) for at in hours if at[0] > first)
