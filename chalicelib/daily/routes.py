"""The routes by which people find daily reports. What answers them is imported when they are asked."""

import json
from collections.abc import Callable
from datetime import date
from typing import TypedDict

from chalice.app import Blueprint, ChaliceAuthorizer, Request

from chalicelib.access.domain import Grant
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.texts import Day, Instant
from chalicelib.daily.wiring import DailyWiring
from chalicelib.http.route import expose

REPORTS = "/projects/{project}/reports"


class DaysAnswer(TypedDict):
    """The days that have a report, newest first."""

    days: list[Day]


class ReportAnswer(TypedDict):
    """A printed report. `changes` say what is different from the print before; links need no key until `expires_at`."""

    day: Day
    revision: int
    changes: list[str]
    page: str
    csv: str
    workbook: str
    expires_at: Instant


def routes(authorize: ChaliceAuthorizer, daily: Callable[[], DailyWiring]) -> Blueprint:
    """`GET` of the days that have a report, and of one report."""

    def list_reports(_request: Request, grant: Grant, project: str) -> str:
        """The days of the last 400 that have a daily report, newest first."""
        return json.dumps({"days": [each.isoformat() for each in daily().list_days(project, grant)]})

    def find_daily_report(_request: Request, grant: Grant, project: str, day: str) -> str:
        """Links to the files of a daily report: a page, a CSV file and an Excel workbook."""
        found = daily().find_day(project, _day(day), grant)
        page, csv, workbook = found.files.values()
        return json.dumps(
            {
                "day": found.day.isoformat(),
                "revision": found.revision,
                "changes": list(found.changes),
                "page": page.url,
                "csv": csv.url,
                "workbook": workbook.url,
                "expires_at": page.expires_at.isoformat(timespec="seconds"),
            }
        )

    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", REPORTS), list_reports, authorize)
    expose(blueprint, ("GET", f"{REPORTS}/{{day}}"), find_daily_report, authorize)
    return blueprint


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest(("day", "is a day such as 2026-11-05")) from error
