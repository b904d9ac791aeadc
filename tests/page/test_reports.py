"""People read daily reports on the page; the mail's link opens one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from chalicelib.access.domain import Role
from tests.page.conftest import Visit


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
    assert new.page.url.endswith(f"#/plates/reports/{before.date()}")
    workbook = new.page.get_by_role("link", name="Excel workbook").get_attribute("href")
    assert f"/reports/plates/{before.date()}/report.xlsx" in (workbook or "")


@pytest.mark.parametrize(("to", "said"), [("reports", "No daily report yet"), ("reports/2020-01-01", "no report of")])
def test_without_a_report_the_page_says_so(visit: Callable[..., Visit], to: str, said: str) -> None:
    new = visit()
    new.sign_in(Role.VIEWER, to=to)
    expect(new.page.locator("main")).to_contain_text(said)
