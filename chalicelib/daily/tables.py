"""A report as tables: what the CSV file and the workbook have."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from chalicelib.daily.domain import DayReport, Group, Section, VerdictCounts
from chalicelib.daily.review_tables import REVIEWS, review_tables
from chalicelib.daily.table import Table, Value, rounded
from chalicelib.reports.csv_text import as_csv

COUNTS = (
    "images",
    "parts",
    "good",
    "defective",
    "yield",
    "yield from",
    "yield to",
    "unfamiliar",
    "unreadable",
    "failed",
)
"""The columns of counts. `yield` is a share; its exact 95 % interval goes `from` and `to`."""
SHARES = frozenset({"yield", "yield from", "yield to", "probability", *(name for name in REVIEWS if "share" in name)})


def tables(report: DayReport) -> Iterator[Table]:
    """The day and those before it, then a table for each section, then what a person should look at."""
    days = [Group((report.day.isoformat(),), report.total)]
    days += [
        Group(((report.day - timedelta(days=ago)).isoformat(),), counts)
        for ago, counts in enumerate(report.before, start=1)
    ]
    for section in (Section("day", ("day",), tuple(days)), *report.sections):
        if section.by != "place":
            rows = tuple((*group.name, *values(group.counts)) for group in section.groups)
            yield Table(section.by, (*section.columns, *COUNTS), rows)
    if place := report.section("place"):
        rows = tuple((*group.name, group.counts.anomalous) for group in place.groups)
        yield Table("place of the defect", ("place", "defective"), rows)
    yield from review_tables(report.reviews)
    yield Table(
        "no verdict",
        ("verdict", "reason", "images"),
        tuple((each.verdict, each.reason, each.images) for each in report.reasons),
    )
    yield Table(
        "clearest defects",
        ("project", "line", "camera", "time", "probability", "place", "image", "inspection"),
        tuple(
            (d.project, d.line, d.camera, d.at, d.probability, d.place, d.image_id, d.inspection_id)
            for d in report.defects
        ),
    )
    yield Table(
        "silent cameras",
        ("project", "line", "camera", "what"),
        tuple((each.project, each.line, each.camera, each.what) for each in report.silences),
    )

    yield Table(
        "changed cameras",
        ("project", "line", "camera", "since", "kind", "statistic", "before", "after"),
        tuple(
            (d.project, d.line, d.camera, f"{d.since:%Y-%m-%d %H:%M} UTC", d.kind.value, d.statistic, d.before, d.after)
            for d in report.drifts
        ),
    )


def values(counts: VerdictCounts) -> tuple[Value, ...]:
    """The values under `COUNTS`."""
    shares = rounded(counts.good_share, counts.yield_bounds)
    unjudged = (counts.unfamiliar, counts.rejected, counts.failed)
    return counts.images, counts.parts, counts.normal, counts.anomalous, *shares, *unjudged


def csv_of(report: DayReport) -> bytes:
    """One table of all counts: what each row is about, its name, and the columns of `COUNTS` or `REVIEWS`."""
    made = list(tables(report))
    rows = [(*row, *[None] * len(REVIEWS)) for row in _under(COUNTS, made)]
    rows += [(*row[:2], *[None] * len(COUNTS), *row[2:]) for row in _under(REVIEWS, made)]
    return as_csv(("by", "name", *COUNTS, *REVIEWS), rows)


def _under(columns: tuple[str, ...], made: Iterable[Table]) -> Iterator[tuple[Value, ...]]:
    """What each row with these last columns is about, its name, and its values in them."""
    for table in made:
        if table.columns[-len(columns) :] == columns:
            for row in table.rows:
                yield table.name, " / ".join(map(str, row[: -len(columns)])), *row[-len(columns) :]
