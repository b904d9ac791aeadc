"""Find printed reports, for people."""

from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Forbidden, NotFound
from chalicelib.core.link import Link, Links
from chalicelib.daily.domain import PAGE
from chalicelib.daily.ports import DailyReports

LONGEST = timedelta(days=400)
"""How far back days are listed."""
FILES = (PAGE, "report.csv", "report.xlsx")


@dataclass(frozen=True, slots=True)
class FoundReport:
    """A printed report: its revision, what changed since the print before, and links to its files by name."""

    day: date
    revision: int
    changes: tuple[str, ...]
    files: dict[str, Link]


def list_days(project: str, grant: Grant, *, reports: DailyReports, clock: Clock) -> list[date]:
    """The days of the last 400 that have a report, newest first. `Forbidden` if the key does not cover them."""
    _require_all_lines(project, grant)
    return sorted(reports.days(project, (clock() - LONGEST).date()), reverse=True)


def find_day(project: str, day: date, grant: Grant, *, reports: DailyReports, links: Links, bucket: str) -> FoundReport:
    """The report of a day. `NotFound` if there is none, `Forbidden` if the key does not cover it."""
    _require_all_lines(project, grant)
    printed = reports.find(project, day)
    if printed is None:
        raise NotFound(f"project {project} has no report of {day}")
    files = {name: links.to(bucket, reports.key(project, day, name)) for name in FILES}
    return FoundReport(day, printed.revision, printed.changes, files)


def _require_all_lines(project: str, grant: Grant) -> None:
    if project != grant.project or "*" not in grant.lines or "*" not in grant.cameras:
        raise Forbidden(f"a report is of all lines of {project}; this key covers {grant.scope}")
