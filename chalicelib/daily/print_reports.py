"""Print the reports of days, by schedule or by hand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib.aws.observability import log_unreadable
from chalicelib.core.clock import Clock
from chalicelib.daily.changes import printed
from chalicelib.daily.domain import DayReport, Picture, PlantDay, PrintedReport
from chalicelib.daily.export import export_of
from chalicelib.daily.lake_rows import DayRows, read_day
from chalicelib.daily.message import subject_of, text_of
from chalicelib.daily.ports import DailyReports, Drifts, Pictured, Pictures, Reports, Shifts, Subscribers
from chalicelib.daily.report import report_of
from chalicelib.daily.sections import ShiftNames
from chalicelib.lake.ports import LakeDays
from chalicelib.shifts.domain import Shift, Zone

AFTER_MIDNIGHT = timedelta(hours=5)
"""How long after a day its report waits for images that are late."""
DAYS_WATCHED = 7
"""So many days long, images that come later change a report."""
MARGIN = timedelta(minutes=2)
"""By which the clocks of S3 and of workers may differ."""
GONE = "The image was deleted or replaced."

type Files = Callable[[PrintedReport, Mapping[str, Picture]], Mapping[str, bytes]]
"""The files of a report, by name, from what was printed and the pictures by inspection id."""


@dataclass(frozen=True, slots=True)
class Printing:
    """What printing needs."""

    lake: LakeDays
    shifts: Shifts
    pictures: Pictures
    files: Files
    drifts: Drifts


def print_day(
    day: PlantDay, reports: Reports, printing: Printing, *, project: str | None = None, every: bool = True
) -> tuple[DayRows, list[PrintedReport]]:
    """Print the reports of a day: of all projects and of each one, or only of `project`.

    What says the same as its last print is not written again, unless `every` print is to be.
    """
    found = read_day(day, printing.lake)
    log_unreadable(found.unreadable)
    shifts = shifts_of(found, printing.shifts)
    scopes = [*found.projects, None] if project is None else [project]
    drifts = printing.drifts.found_on(day.day)
    return found, [_print(report_of(found, scope, shifts, drifts), reports, printing, every=every) for scope in scopes]


def shifts_of(found: DayRows, calendars: Shifts) -> dict[str, Sequence[Shift]]:
    """The shifts of the projects that have any on the day."""
    known = {project: calendars.of(project, found.day) for project in found.projects}
    return {project: shifts for project, shifts in known.items() if shifts}


def _print(report: DayReport, reports: Reports, printing: Printing, *, every: bool) -> PrintedReport:
    examples = [example for drift in report.drifts for example in drift.examples]
    images: list[Pictured] = [*report.defects, *examples]
    pictures = {each.inspection_id: printing.pictures.of(each) for each in images}
    shown = {of: picture for of, picture in pictures.items() if picture is not None}
    defects = (each if each.inspection_id in shown else replace(each, missing=GONE) for each in report.defects)
    last = reports.find(report.scope, report.day)
    new = printed(replace(report, defects=tuple(defects)), last)
    if every or new != last:
        reports.write(new, printing.files(new, shown))
    return new


@dataclass(frozen=True, slots=True)
class Done:
    """A day whose reports were printed, and whether its link was sent."""

    day: date
    revision: int
    sent: bool


def print_ended_days(
    *, zone: str, stage: str, reports: DailyReports, printing: Printing, subscribers: Subscribers, clock: Clock
) -> Iterator[Done | Exception]:
    """Print the day that has ended, once, and send its link; print a day again if images came later.

    This can stop at any point and run again: a day is noted as complete when everything else is done. Then its link may
    be sent twice. An error is yielded, and the other days are printed.
    """
    last = PlantDay(Zone(zone).local(clock() - AFTER_MIDNIGHT).date(), zone).plus(-1)
    for ago in range(DAYS_WATCHED):
        day = last.plus(-ago)
        try:
            began, complete_as_of = clock(), reports.checked_at(day.day)
            if not _is_due(day, complete_as_of, printing.lake, first=ago == 0):
                continue
            printed_all = _print_all(day, reports, printing)
            if sent := complete_as_of is None:
                subscribers.send(subject_of(printed_all, stage), text_of(printed_all, reports.link))
            reports.note_checked(day.day, began)
            yield Done(day.day, printed_all[-1].revision, sent)
        except Exception as error:  # noqa: BLE001 - the caller raises it, with the others
            yield error


def _is_due(day: PlantDay, complete_as_of: datetime | None, lake: LakeDays, *, first: bool) -> bool:
    """An earlier day that was never printed stays so: it was before the reports were switched on."""
    if complete_as_of is None:
        return first
    written = [at for each in day.utc_days if (at := lake.written_at(each)) is not None]
    return any(at > complete_as_of - MARGIN for at in written)


def _print_all(day: PlantDay, reports: DailyReports, printing: Printing) -> list[PrintedReport]:
    found, all_printed = print_day(day, reports, printing, every=False)
    names = {project: ShiftNames(each, day) for project, each in shifts_of(found, printing.shifts).items()}
    for project in found.projects:
        rows = [row for row in found.rows if row.project == project]
        reports.export(project, day.day, export_of(rows, day, names))
    return all_printed
