"""The routes by which people find daily reports. What answers them is imported when they are asked."""

import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Literal, TypedDict

from chalice.app import Blueprint, ChaliceAuthorizer, Request
from pydantic import BaseModel, ConfigDict

from chalicelib.access.domain import Grant
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.texts import Day, Instant
from chalicelib.daily.wiring import DailyWiring
from chalicelib.http.requests import query_of
from chalicelib.http.route import expose

if TYPE_CHECKING:
    from chalicelib.daily.find_reports import FoundReport

REPORTS = "/projects/{project}/reports"


class ReportQuery(BaseModel):
    """Of what the report is: all projects; without it, the one project."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    of: Literal["all"] | None = None


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

    def find_daily_report(request: Request, grant: Grant, project: str, day: str) -> str:
        """Links to the files of a daily report: a page, a CSV file and an Excel workbook.

        `of=all` is the report of all projects, for people who may see each of its projects.
        """
        every = query_of(request, ReportQuery).of == "all"
        return json.dumps(_answer_of(daily().find_day(project, _day(day), grant, every=every)))

    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", REPORTS), list_reports, authorize)
    expose(blueprint, ("GET", f"{REPORTS}/{{day}}"), find_daily_report, authorize)
    return blueprint


def _answer_of(found: "FoundReport") -> ReportAnswer:
    page, csv, workbook = found.files.values()
    return ReportAnswer(
        day=found.day.isoformat(),
        revision=found.revision,
        changes=list(found.changes),
        page=page.url,
        csv=csv.url,
        workbook=workbook.url,
        expires_at=page.expires_at.isoformat(timespec="seconds"),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest(("day", "is a day such as 2026-11-05")) from error
