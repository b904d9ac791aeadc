"""The report as one HTML file that asks nothing of any network."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from chalicelib.daily import charts
from chalicelib.daily.domain import DayReport, Picture, PrintedReport, VerdictCounts, total
from chalicelib.daily.drifts import chart_of, clock, false_alarms, words_of
from chalicelib.daily.reviewed import BY_KIND
from chalicelib.daily.words import WORSE, bounds_of, compared, percent_of, range_of, reviews_in_words

MOST_ROWS = 40
"""Of a table on the page; the CSV file and the workbook have all."""
_TITLES = {
    "project": "By project",
    "line": "By line",
    "camera": "By camera",
    "shift": "By shift",
    "model version": "By model version",
    "hour": "By hour",
}
_WEEK = 7


def page(printed: PrintedReport, pictures: Mapping[str, Picture]) -> bytes:
    """The same print with the same pictures always makes the same bytes."""
    report = printed.report
    html = (
        _environment()
        .get_template("day.html")
        .render(
            printed=printed,
            report=report,
            pictures=pictures,
            conclusion=conclusion(report),
            comparisons=list(comparisons(report)),
            drifts=[(drift, words_of(drift), chart_of(drift, report.zone)) for drift in report.drifts],
            charts=[each for each in charts_of(report) if each[1] is not None],
            tables=[(title, report.section(by)) for by, title in _TITLES.items()],
            reviews_conclusion=reviews_in_words(report.reviewed),
            most=MOST_ROWS,
        )
    )
    return html.encode("utf-8", "replace")


@cache
def _environment() -> Environment:
    loaders = [PackageLoader("chalicelib.daily"), PackageLoader("chalicelib.reports.training")]
    made = Environment(
        loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {"day": day_in_words, "count": lambda number: f"{number:,}", "clock": clock}
    made.globals |= {"percent": percent_of, "bounds": bounds_of, "percent_range": range_of, "by_kind": BY_KIND}
    made.globals |= {"false_alarms": false_alarms()}
    return made


def day_in_words(day: date) -> str:
    """Such as `Thursday, 5 November 2026`."""
    return f"{day:%A}, {day.day} {day:%B %Y}"


def conclusion(report: DayReport) -> dict[str, Any]:
    """The first sentence, and its colour: `worse` if the yield is clearly below that of the days before."""
    counts = report.total
    if not counts.parts:
        return {
            "css": "none",
            "text": "No part was inspected on this day." if counts.images else "No images on this day.",
        }
    week = compared(counts, total(report.before)) or ""
    share = percent_of(counts.good_share, counts.parts)
    text = f"Yield {share}: {counts.anomalous:,} of {counts.parts:,} parts are defective."
    against = f" Against the seven days before: {week}." if week else ""
    return {"css": "chance" if week.startswith(WORSE) else "fit", "text": f"{text}{against}"}


def comparisons(report: DayReport) -> list[tuple[str, VerdictCounts, str | None]]:
    """The day, the day before, the same day of the week before, the seven days before; and how the yield compares."""
    before, week_before = report.day - timedelta(days=1), report.day - timedelta(days=_WEEK)
    others = [
        (f"{before:%A} before", report.before[0]),
        (f"{week_before:%A} a week before", report.before[_WEEK - 1]),
        ("the seven days before", total(report.before)),
    ]
    return [("this day", report.total, None), *((title, each, compared(report.total, each)) for title, each in others)]


def charts_of(report: DayReport) -> list[tuple[str, Markup | None, str]]:
    """Title, chart (None if it would show nothing) and what it shows."""
    hours = report.section("hour")
    judged = hours is not None and report.total.parts > 0
    paretos = [
        ("Defects by place in the image", report.section("place"), "Where the strongest spot is."),
        ("Defects by project", report.section("project"), "The most frequent first."),
        ("Defects by camera", report.section("camera"), "The most frequent first."),
    ]
    return [
        (
            "Parts by hour",
            charts.by_hour(hours) if hours and judged else None,
            "Blue: good. Orange, on top: defective. By the plant's clock.",
        ),
        (
            "Share of defects by hour",
            charts.defects_by_hour(hours) if hours and judged else None,
            "Bars: the share that the count allows (95 %), cut at the top. If they overlap, hours may be alike.",
        ),
        (
            "Yield of eight days",
            charts.yields(report) if report.total.parts or total(report.before).parts else None,
            "Bars: 95 %. The large dot is this day.",
        ),
        *((title, charts.pareto(section, title) if section else None, text) for title, section, text in paretos),
        (
            "Defects by kind",
            charts.kinds(report),
            "Of the parts that people call defective; they named the kind.",
        ),
    ]
