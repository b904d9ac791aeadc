"""What is signed off of some days: the figures, the hash of each day's rows, and the models that judged."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from operator import attrgetter

from chalicelib.daily.domain import DayReport, PlantDay, VerdictCounts, total
from chalicelib.daily.lake_rows import DayRows, Row, read_day
from chalicelib.daily.report import report_of
from chalicelib.daily.reviewed import ReviewCounts
from chalicelib.daily.table import Table
from chalicelib.daily.tables import tables
from chalicelib.lake.ports import LakeDays
from chalicelib.shifts.domain import Shift
from linewatch.errors import UsageProblem
from linewatch.operate.sign_off.document import Json
from linewatch.operate.sign_off.figures import cell, share
from linewatch.operate.sign_off.model_identity import ModelIdentity

KIND = "report"
MOST_DAYS = 31
ROW = (
    *("inspection_id", "project", "line", "camera", "image_id", "key", "etag", "captured_at", "verdict", "reason"),
    *("anomaly_probability", "confidence", "anomaly_score", "model_version", "boxes", "area_fraction"),
    *("review_label", "reviewed_by", "review_kind"),
)
"""The columns of the lake that a day's hash is made of."""


@dataclass(frozen=True)
class Sources:
    """What a report is made from: the lake, the shifts of the projects of a day, and model files."""

    lake: LakeDays
    shifts_of: Callable[[DayRows], Mapping[str, Sequence[Shift]]]
    identity: ModelIdentity


def report_body(first: PlantDay, days: int, project: str, sources: Sources) -> Json:
    """The body of so many days, up to 31, of one project. Raises `UsageProblem`."""
    if not 1 <= days <= MOST_DAYS:
        raise UsageProblem(f"sign off 1 to {MOST_DAYS} days at a time, not {days}")
    reports, parts, versions = [], [], set()
    for ago in range(days):
        found = read_day(first.plus(ago), sources.lake)
        rows = [row for row in found.rows if row.project == project]
        report = report_of(found, project, sources.shifts_of(found))
        versions |= {row.model_version for row in rows if row.model_version is not None}
        reports.append(report)
        parts.append(_day(report, rows))
    return {
        "kind": KIND,
        "project": project,
        "zone": first.zone,
        "row_columns": list(ROW),
        "days": parts,
        "figures": _figures(reports),
        "models": [sources.identity.of(project, version) for version in sorted(versions)],
    }


def _day(report: DayReport, rows: Sequence[Row]) -> Json:
    return {
        "day": report.day.isoformat(),
        "rows": len(rows),
        "rows_sha256": rows_sha256(rows, ROW),
        "unread_files": list(report.unread),
        "tables": [_table(each) for each in tables(report)],
    }


def _table(table: Table) -> Json:
    rows = [[cell(each) for each in row] for row in table.rows]
    return {"name": table.name, "columns": list(table.columns), "rows": rows}


def rows_sha256(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """The SHA-256 of the newest row of each inspection, in the order of their ids, a JSON list in a line each.

    It names each image by key and ETag, so it stands for the images too. Compaction does not change it.
    """
    return sha256(b"".join(_lines(rows, attrgetter(*columns)))).hexdigest()


def _lines(rows: Sequence[Row], values: Callable[[Row], object]) -> Iterator[bytes]:
    for row in sorted(rows, key=lambda each: each.inspection_id):
        yield json.dumps(values(row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _figures(reports: Sequence[DayReport]) -> Json:
    counts: VerdictCounts = total([each.total for each in reports])
    reviews = sum((each.reviewed for each in reports), ReviewCounts())
    return {
        "counts": asdict(counts),
        "yield": share(counts.normal, counts.parts),
        "defective": share(counts.anomalous, counts.parts),
        "reviews": asdict(reviews),
        "escapes_in_sample": share(reviews.drawn_escapes, reviews.drawn),
        "false_rejects_of_reviewed": share(reviews.false_rejects, reviews.refused),
    }
