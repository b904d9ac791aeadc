"""Find printed reports, for people."""

from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Forbidden, NotFound
from chalicelib.core.link import Link, Links
from chalicelib.daily.domain import EVERY_PROJECT, PAGE, PrintedReport
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


def find_day(
    project: str,
    day: date,
    grant: Grant,
    *,
    every: bool = False,
    reports: DailyReports,
    links: Links,
    bucket: str,
) -> FoundReport:
    """The report of a day of a project, or of `every` project.

    `NotFound` if there is none; `Forbidden` if the key does not cover it, or a person not each of its projects.
    """
    _require_all_lines(project, grant)
    scope = EVERY_PROJECT if every else project
    printed = reports.find(scope, day)
    if every:
        _require_each_project(printed, grant)
    if printed is None:
        raise NotFound(f"project {project} has no report of {day}")
    files = {name: links.to(bucket, reports.key(scope, day, name)) for name in FILES}
    return FoundReport(day, printed.revision, printed.changes, files)


def _require_each_project(printed: PrintedReport | None, grant: Grant) -> None:
    named = set() if printed is None else printed.report.projects
    if not named <= set(grant.projects or (grant.project,)):
        raise Forbidden("the report of all projects is for people who may see each of its projects")


def _require_all_lines(project: str, grant: Grant) -> None:
    if not grant.covers_all_lines(project):
        raise Forbidden(f"a report is of all lines of {project}; this key covers {grant.scope}")
