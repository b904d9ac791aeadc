"""The charts of a daily report."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil, floor, log10

from markupsafe import Markup

from chalicelib.daily.domain import DayReport, Group, Section
from chalicelib.daily.reviewed import BY_KIND
from chalicelib.daily.words import percent_of
from chalicelib.reports.chart import Axis, Chart

MOST_BARS = 8
"""Of a Pareto chart; what is rarer is drawn as one bar."""
_FEWEST_BARS = 5
"""For which there is room: a bar alone is not as thick as a wall."""
_ENOUGH = 20
"""Parts of an hour from which on its interval may stretch the axis."""
_TICKS = 5
_SPARE = 1.15
"""An axis goes beyond what is drawn."""


def axis(name: str, low: float, high: float, *, percent: bool = False) -> Axis:
    """Round values from below `low` to above `high`, about five of them."""
    step = _round_step(max(high - low, 1e-4 if percent else 1) / _TICKS)
    step = step if percent else max(1, step)
    first, last = floor(low / step + 1e-9), max(ceil(high / step - 1e-9), floor(low / step) + 1)
    ticks = [
        (at * step, _percent(at * step, step) if percent else f"{at * step:,.0f}") for at in range(first, last + 1)
    ]
    return Axis(name, first * step, last * step, ticks)


def _round_step(size: float) -> float:
    power: float = 10.0 ** floor(log10(size))
    return next(each * power for each in (1, 2, 5, 10) if each * power >= size * (1 - 1e-9))


def _percent(value: float, step: float) -> str:
    return f"{100 * value:.{max(0, -floor(log10(100 * step) + 1e-9))}f} %"


def by_hour(section: Section) -> Markup:
    """The parts of each hour: good ones, and defective ones on top."""
    top = max(group.counts.parts for group in section.groups)
    chart = Chart("Parts by hour", _hours(), axis("parts", 0, max(1, top)))
    for group in section.groups:
        at, counts = _hour(group), group.counts
        hint = f"{group.name[0]}: {counts.parts:,} parts, {counts.anomalous:,} defective"
        chart.bar((at + 0.1, 0), (at + 0.9, counts.normal), "normal", hint)
        chart.bar((at + 0.1, counts.normal), (at + 0.9, counts.parts), "anomaly", hint)
    return chart.markup()


def defects_by_hour(section: Section) -> Markup:
    """The share of defects of each hour with its interval, which may be cut off at the top."""
    judged = [group for group in section.groups if group.counts.parts]
    highs = [group.counts.defect_bounds[1] for group in judged if group.counts.parts >= _ENOUGH]
    shares = [group.counts.share_of_defects or 0 for group in judged]
    scale = axis("defective", 0, min(1.0, max([0.001, *highs, *(_SPARE * share for share in shares)])), percent=True)
    chart = Chart("Share of defects by hour", _hours(), scale)
    for group in judged:
        counts, middle = group.counts, _hour(group) + 0.5
        low, high = counts.defect_bounds
        share = counts.share_of_defects or 0
        chart.line([(middle, low), (middle, min(high, scale.high))], "whisker")
        hint = f"{group.name[0]}: {counts.anomalous:,} of {counts.parts:,}, {percent_of(share, counts.parts)}"
        chart.dot((middle, share), 4, "anomaly", hint)
    return chart.markup()


def _hours() -> Axis:
    return Axis("hour of the day", 0, 24, [(at, f"{at}") for at in range(0, 25, 3)])


def _hour(group: Group) -> int:
    return int(group.name[-1].partition(":")[0])


def yields(report: DayReport) -> Markup:
    """The yield of the day and of the days before it, with intervals."""
    days = [(report.day - timedelta(days=ago), counts) for ago, counts in enumerate((report.total, *report.before))]
    known = [(day, counts) for day, counts in reversed(days) if counts.parts]
    low = min(counts.yield_bounds[0] for _, counts in known)
    high = max(counts.yield_bounds[1] for _, counts in known)
    first = days[-1][0]
    names = [((day - first).days + 0.5, f"{day:%a}") for day, _ in days]
    week = Axis(f"{first} to {report.day}", 0, len(days), names)
    chart = Chart("Yield of eight days", week, axis("", low, high, percent=True))
    for day, counts in known:
        middle, share = (day - first).days + 0.5, counts.good_share or 0
        chart.line([(middle, bound) for bound in counts.yield_bounds], "whisker")
        hint = f"{day}: {percent_of(share, counts.parts)} of {counts.parts:,} parts"
        chart.dot((middle, share), 6 if day == report.day else 4, "now" if day == report.day else "normal", hint)
    return chart.markup()


def pareto(section: Section, title: str) -> Markup | None:
    """The defects by name, the most frequent first; None unless there are at least two names with defects."""
    found = sorted((g for g in section.groups if g.counts.anomalous), key=lambda g: (-g.counts.anomalous, g.name))
    if len(found) < 2:
        return None
    return _ranked([(" / ".join(group.name), group.counts.anomalous) for group in found], title)


def kinds(report: DayReport) -> Markup | None:
    """The defects that people found by kind, the most frequent first; None unless there are at least two kinds."""
    found = [group for section in report.reviews if section.by == BY_KIND for group in section.groups]
    bars = sorted(((" / ".join(group.name), group.counts.reviewed) for group in found), key=lambda bar: (-bar[1], bar))
    return _ranked(bars, "Defects by kind") if len(bars) > 1 else None


def _ranked(bars: Sequence[tuple[str, int]], title: str) -> Markup:
    if len(bars) > MOST_BARS:
        rest = sum(count for _, count in bars[MOST_BARS - 1 :])
        bars = [*bars[: MOST_BARS - 1], (f"{len(bars) - MOST_BARS + 1} others", rest)]
    return _bars(bars, title)


def _bars(bars: Sequence[tuple[str, int]], title: str) -> Markup:
    everything, places = sum(count for _, count in bars), max(len(bars), _FEWEST_BARS)
    chart = Chart(title, axis("defective parts", 0, max(count for _, count in bars)), Axis("", 0, places, []))
    for at, (name, count) in enumerate(bars):
        top = places - at
        chart.bar((0, top - 0.95), (count, top - 0.5), "anomaly", f"{name}: {count:,}")
        chart.word((0, top - 0.4), f"{name}: {count:,} ({100 * count / everything:.0f} %)")
    return chart.markup()
