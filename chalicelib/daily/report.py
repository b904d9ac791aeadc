"""Make the report of a day from its rows."""

from collections.abc import Mapping, Sequence

from chalicelib.core.inspection import Verdict
from chalicelib.daily.count_reviews import reviews_of
from chalicelib.daily.domain import DAYS_BEFORE, MOST_DEFECTS, DayReport, Defect, PlantDay, VerdictCounts, total
from chalicelib.daily.lake_rows import DayRows, Row
from chalicelib.daily.sections import boxes_of, groups, place_of, reasons, sections
from chalicelib.daily.silence import silences
from chalicelib.drift.domain import Drift
from chalicelib.shifts.domain import Shift


def report_of(
    found: DayRows, project: str | None, shifts: Mapping[str, Sequence[Shift]], drifts: Sequence[Drift] = ()
) -> DayReport:
    """The report of one project, or with None of all. `shifts` are those of the projects that have a calendar,
    `drifts` those that were found on the day.

    The same rows, in any order and number of copies, make the same report.
    """
    rows = [row for row in found.rows if project in {None, row.project}]
    chosen = {name: each for name, each in shifts.items() if project in {None, name}}
    last_seen = {camera: at for camera, at in found.last_seen.items() if project in {None, camera[0]}}
    taken_apart = sections(rows, found.day, chosen, one_project=project is not None)
    return DayReport(
        day=found.day.day,
        zone=found.day.zone,
        project=project,
        total=total([each.counts for each in groups(rows, lambda row: (row.project,))]),
        before=_before(found, project),
        sections=tuple(each for each in taken_apart if each.groups),
        reviews=reviews_of(rows, one_project=project is not None),
        reasons=reasons(rows),
        defects=tuple(defect_of(row, found.day) for row in clearest(rows)),
        silences=silences(rows, last_seen, found.day),
        drifts=tuple(each for each in drifts if project in {None, each.project}),
        unread=tuple(sorted(each.name for each in found.unreadable)),
    )


def _before(found: DayRows, project: str | None) -> tuple[VerdictCounts, ...]:
    days: list[dict[str, int]] = [{} for _ in range(DAYS_BEFORE)]
    for (ago, (of, _, _), verdict), images in found.before.items():
        if project in {None, of}:
            counts = days[ago - 1]
            counts[verdict] = counts.get(verdict, 0) + images
    return tuple(VerdictCounts(**counts) for counts in days)


def clearest(rows: Sequence[Row]) -> list[Row]:
    """The defects of which the model is surest."""
    anomalous = [row for row in rows if row.verdict == Verdict.ANOMALOUS]
    return sorted(anomalous, key=_clearness)[:MOST_DEFECTS]


def _clearness(row: Row) -> tuple[float, float, int, str]:
    return -(row.anomaly_probability or 0), -(row.anomaly_score or 0), row.captured_at, row.inspection_id


def defect_of(row: Row, day: PlantDay) -> Defect:
    """What is shown of a defect."""
    return Defect(
        project=row.project,
        line=row.line,
        camera=row.camera,
        image_id=row.image_id,
        inspection_id=row.inspection_id,
        key=row.key,
        etag=row.etag,
        at=day.clock(row.captured_at, "%H:%M:%S"),
        probability=row.anomaly_probability or 0,
        place=place_of(row),
        boxes=boxes_of(row),
    )
