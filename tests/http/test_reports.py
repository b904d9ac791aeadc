"""People find daily reports, each of their own project."""

from urllib.parse import urlsplit

import pytest
import time_machine

from chalicelib.access.domain import Role
from chalicelib.daily.domain import DAYS_BEFORE, EVERY_PROJECT, DayReport, Group, PrintedReport, Section, VerdictCounts
from tests.daily.lakes import DAY
from tests.http.conftest import Api
from tests.support.builders import NOON

REPORTS = "/projects/plates/reports"


def printed(api: Api, project: str | None = "plates", days: int = 0, sections: tuple[Section, ...] = ()) -> None:
    nothing = (VerdictCounts(),) * DAYS_BEFORE
    day, total = DAY.plus(days), VerdictCounts(normal=3)
    report = DayReport(
        day=day.day,
        zone=day.zone,
        project=project,
        total=total,
        before=nothing,
        sections=sections,
        reasons=(),
        defects=(),
        silences=(),
    )
    api.linewatch.daily.reports.write(PrintedReport(1, (), report), {})


@time_machine.travel(NOON)
def test_the_days_are_listed_newest_first(api: Api) -> None:
    for days in (-2, 0, -1, -500):
        printed(api, days=days)
    printed(api, "rings")
    answer = api.get(REPORTS, api.key(Role.VIEWER)).json_body
    assert answer == {"days": ["2026-03-14", "2026-03-13", "2026-03-12"]}


def test_a_report_has_links_to_its_three_files(api: Api) -> None:
    printed(api)
    answer = api.get(f"{REPORTS}/2026-03-14", api.key(Role.VIEWER)).json_body
    assert [urlsplit(answer[name]).path for name in ("page", "csv", "workbook")] == [
        f"/reports/plates/2026-03-14/report.{kind}" for kind in ("html", "csv", "xlsx")
    ]
    assert (answer["revision"], answer["changes"]) == (1, [])


@pytest.mark.parametrize(("day", "status"), [("2026-03-15", 404), ("yesterday", 400), ("2026-02-30", 400)])
def test_a_day_without_a_report_or_that_is_none_is_refused(api: Api, day: str, status: int) -> None:
    printed(api)
    assert api.get(f"{REPORTS}/{day}", api.key(Role.VIEWER)).status_code == status


@pytest.mark.parametrize("scope", [{"project": "rings"}, {"lines": ("L1",)}, {"cameras": ("cam-1",)}])
@pytest.mark.parametrize("path", [REPORTS, f"{REPORTS}/2026-03-14"])
def test_a_report_is_of_all_lines_so_other_keys_are_refused(api: Api, scope: dict[str, object], path: str) -> None:
    printed(api)
    token = api.key(Role.ADMIN, **scope)  # type: ignore[arg-type]
    assert api.get(path, token).status_code == 403


def test_the_report_of_all_projects_is_for_people_who_may_see_each_of_them(api: Api) -> None:
    groups = tuple(Group((name,), VerdictCounts(normal=3)) for name in ("plates", "rings"))
    printed(api, None, sections=(Section("project", ("project",), groups),))
    both, one = (
        api.session(Role.VIEWER, "plates", "rings"),
        api.session(Role.ADMIN, "plates", "cups", name="bo@example.com"),
    )
    answer = api.get(f"{REPORTS}/2026-03-14?of=all", f"{both}/plates")
    assert urlsplit(answer.json_body["page"]).path == f"/reports/{EVERY_PROJECT}/2026-03-14/report.html"
    assert api.get(f"{REPORTS}/2026-03-14?of=all", f"{one}/plates").status_code == 403
    assert api.get(f"{REPORTS}/2026-03-14?of=all", api.key(Role.ADMIN)).status_code == 403
    assert api.get(f"{REPORTS}/2026-03-14?of=others", f"{both}/plates").status_code == 400


def test_a_camera_finds_no_report(api: Api) -> None:
    assert api.get(REPORTS, api.key(Role.CAMERA)).status_code == 403
