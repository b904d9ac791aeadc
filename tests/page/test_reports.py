"""People read daily reports on the page; the mail's link opens one."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from chalicelib.access.domain import Role
from chalicelib.lake.ports import Rows
from tests.page.conftest import Visit
from tests.page.test_looks import violations


def test_the_newest_report_opens_and_another_day_is_chosen(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.daily_reports()
    new.sign_in(Role.VIEWER, to="reports")
    frame = new.page.frame_locator("iframe")
    yesterday, before = (datetime.now(UTC) - timedelta(days=ago) for ago in (1, 2))
    expect(frame.get_by_role("heading", level=1)).to_contain_text(f"{yesterday:%A}")
    assert new.page.locator("iframe").get_attribute("sandbox") == ""
    new.page.get_by_label("Day").select_option(index=1)
    expect(frame.get_by_role("heading", level=1)).to_contain_text(f"{before:%A}")
    expect(new.page).to_have_url(re.compile(f"#/plates/reports/{before.date()}$"))
    workbook = new.page.get_by_role("link", name="Excel workbook").get_attribute("href")
    assert f"/reports/plates/{before.date()}/report.xlsx" in (workbook or "")


def test_the_answer_of_a_query_is_saved_and_a_failure_is_said(visit: Callable[..., Visit]) -> None:
    new = visit(390)
    new.plant.questions.answer = Rows(("line", "inspections"), (("=line-1", 12),))
    new.sign_in(Role.VIEWER, to="reports")
    new.page.get_by_role("button", name="Export").click()
    dialog = new.page.get_by_role("dialog")
    dialog.get_by_label("What").select_option("Verdicts by line")
    dialog.get_by_label("File").select_option("CSV file")
    new.look("export")
    assert violations(new) == []
    assert dialog.evaluate("each => each.scrollWidth <= each.clientWidth")
    with new.page.expect_download() as saved:
        dialog.get_by_role("button", name="Export").click()
    assert saved.value.path().read_text().splitlines() == ["line,inspections", "'=line-1,12"]
    expect(dialog).to_have_count(0)
    new.plant.questions.failure = "Query exhausted resources"
    new.page.get_by_role("button", name="Export").click()
    dialog.get_by_role("button", name="Export").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Query exhausted resources")
    assert new.troubles == []


@pytest.mark.parametrize(("to", "said"), [("reports", "No daily report yet"), ("reports/2020-01-01", "no report of")])
def test_without_a_report_the_page_says_so(visit: Callable[..., Visit], to: str, said: str) -> None:
    new = visit()
    new.sign_in(Role.VIEWER, to=to)
    expect(new.page.locator("main")).to_contain_text(said)
