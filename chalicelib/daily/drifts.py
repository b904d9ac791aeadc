"""The cameras that changed, in words and as a chart."""

from datetime import datetime, timedelta
from itertools import pairwise

from markupsafe import Markup

from chalicelib.daily.charts import axis
from chalicelib.drift.domain import FALSE_ALARMS, WORDS, Drift
from chalicelib.reports.chart import Axis, Chart
from chalicelib.shifts.domain import Zone

NAMES = {
    "brightness": "brightness",
    "sharpness": "sharpness",
    "centre_x": "centre, from the left",
    "centre_y": "centre, from the top",
    "training_distance": "distance from training",
    "anomaly_score": "anomaly score",
}
_PAUSE = timedelta(hours=3)
"""Without images, over which no line is drawn."""
_DIGITS = {"brightness": 1, "anomaly_score": 2}


def words_of(drift: Drift) -> str:
    """What changed, by how much, and what to look at."""
    digits = _DIGITS.get(drift.statistic, 3)
    change = f"{NAMES[drift.statistic]} {drift.before:.{digits}f}, now {drift.after:.{digits}f}"
    return f"{WORDS[drift.kind]} {change[0].upper()}{change[1:]}."


def clock(at: datetime, zone: str) -> str:
    """A time on the plant's clock."""
    return f"{Zone(zone).local(at):%a %Y-%m-%d, %H:%M}"


def false_alarms() -> str:
    """How often the watch is wrong, as `1 night in 100`."""
    return f"1 night in {round(1 / FALSE_ALARMS)}"


def chart_of(drift: Drift, zone: str) -> Markup | None:
    """The hours before and after, with the moment of the change; None without hours."""
    if len(drift.points) < 2:
        return None
    clock, first = Zone(zone), drift.points[0][0]
    start = clock.utc(clock.local(first).replace(hour=0, minute=0, second=0, microsecond=0))
    points = [((at - start) / timedelta(days=1), value) for at, value in drift.points]
    days = int(points[-1][0]) + 1
    low, high = min(value for _, value in points), max(value for _, value in points)
    names = [(at + 0.5, f"{clock.local(start + timedelta(days=at, hours=12)):%d.%m}") for at in range(0, days, 2)]
    scale = _axis(NAMES[drift.statistic], low, high)
    chart = Chart(f"{drift.camera}: {NAMES[drift.statistic]}", Axis("day and month", 0, days, names), scale)
    since = (drift.since - start) / timedelta(days=1)
    for (at, value), (then, following) in pairwise(points):
        if (then - at) * timedelta(days=1) <= _PAUSE:
            chart.line([(at, value), (then, following)], "normal")
    chart.line([(since, scale.low), (since, scale.high)], "whisker")
    return chart.markup()


def _axis(name: str, low: float, high: float) -> Axis:
    """Of numbers that are small: `charts.axis` makes steps of 1 at least."""
    if high - low >= 5:
        return axis(name, low, high)
    fine = axis(name, low, high, percent=True)
    return Axis(name, fine.low, fine.high, [(value, f"{value:.3g}") for value, _ in fine.ticks])
