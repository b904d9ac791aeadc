"""A person opens an alert's link, sees what was found and why, and answers."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.access.domain import Role
from chalicelib.alerts.domain import HOLD, Claim, State
from chalicelib.core.events import event_of
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.lake.domain import Partition
from tests.page.conftest import Visit
from tests.page.plant import PROJECT


def opened(visit: Visit, role: Role = Role.OPERATOR) -> Inspection:
    """The card of a defect, of which the model is not sure."""
    at = datetime.now(UTC) - timedelta(seconds=9)
    found = visit.plant.inspect("part-4711", Verdict.ANOMALOUS, probability=0.62, at=at)
    visit.sign_in(role, to=f"inspections/{found.inspection_id}")
    visit.page.locator(".details").wait_for()
    return found


def stored(visit: Visit, found: Inspection) -> Inspection:
    now = visit.plant.inspections.find(found.inspection_id, "live")
    assert now is not None
    return now


def test_a_card_says_what_where_when_and_how_sure(visit: Callable[..., Visit]) -> None:
    new = visit(390)
    opened(new)
    about = new.page.locator(".about")
    for text in ("line-1", "cam-1", "part-4711", "version 3", "62.0 %", "near a coin toss", "of the image is unusual"):
        expect(about).to_contain_text(text)
    zone = new.page.locator(".lead time").get_attribute("title") or ""
    assert "GMT+1" in zone or "CET" in zone


def test_a_card_shows_the_last_five_like_it(visit: Callable[..., Visit]) -> None:
    new = visit()
    for number in range(7):
        at = datetime.now(UTC) - timedelta(minutes=number + 1)
        new.plant.inspect(f"old-{number}", Verdict.ANOMALOUS, at=at)
    opened(new)
    expect(new.page.locator(".like li")).to_have_count(5)
    new.page.locator(".like a").first.click()
    expect(new.page.locator(".about")).to_contain_text("old-0")


def test_an_operator_answers_by_one_button_and_goes_on_to_the_next(visit: Callable[..., Visit]) -> None:
    new = visit(390)
    waiting = new.plant.inspect("part-next", Verdict.UNFAMILIAR, probability=0.5)
    found = opened(new)
    new.page.get_by_text("Kind of defect, comment").click()
    new.page.get_by_label("Kind of defect").fill("scratch")
    new.page.get_by_label("Comment").fill("<b>below</b> the hole")
    new.look("answer")
    new.page.get_by_role("button", name="Defect").click()
    expect(new.page.locator(".answer")).to_contain_text("Saved.")
    expect(new.page.locator(".answer")).to_contain_text("<b>below</b> the hole")
    now = stored(new, found)
    assert (now.review_label, now.review_kind, now.review_comment) == ("anomalous", "scratch", "<b>below</b> the hole")
    new.page.get_by_role("link", name="The next that waits").click()
    new.page.wait_for_url(f"**/inspections/{waiting.inspection_id}")


def test_an_operator_answers_by_a_key(visit: Callable[..., Visit]) -> None:
    new = visit()
    found = opened(new)
    new.page.keyboard.press("f")
    expect(new.page.locator(".answer")).to_contain_text("Saved.")
    assert stored(new, found).review_label == "normal"


def test_a_line_that_was_stopped_is_one_answer_with_who_and_when(visit: Callable[..., Visit]) -> None:
    new = visit(390)
    found = opened(new)
    new.page.get_by_role("button", name="Line stopped").click()
    expect(new.page.locator(".answer")).to_contain_text("line stopped")
    now = stored(new, found)
    assert (now.review_label, now.review_action, len(now.answers)) == ("anomalous", "line_stopped", 1)
    assert now.reviewed_by == now.answers[0].reviewed_by
    new.look("line-stopped")


def test_the_story_of_an_image_is_a_timeline_of_what_happened_and_what_did_not(visit: Callable[..., Visit]) -> None:
    new = visit(timezone_id="Asia/Tokyo")
    found = opened(new)
    alert_id = event_of(found).event_id
    new.plant.ledger.claims[alert_id] = Claim(alert_id, State.SENT, found.inspected_at + HOLD + timedelta(seconds=2))
    new.plant.lake.write(Partition.of(found), [event_of(found)])
    new.page.keyboard.press("f")
    expect(new.page.locator(".answer")).to_contain_text("Saved.")
    new.page.keyboard.press("t")
    story = new.page.locator(".story li")
    expect(story).to_have_count(8)
    expect(story.nth(2)).to_contain_text("Taken from the queue · after 800 ms")
    expect(story.nth(3)).to_contain_text("Inspected: anomalous · after 200 ms")
    expect(story.nth(4)).to_contain_text("Alert sent · after 2.0 s")
    expect(story.nth(5)).to_contain_text("Answered: normal")
    expect(story.nth(7)).to_contain_text("the answer is on its way")
    captured = found.captured_at.astimezone(ZoneInfo("Asia/Tokyo"))
    expect(story.first.locator("time")).to_contain_text(f"{captured:%H:%M:%S}")
    new.look("story")


def test_an_answer_is_withdrawn_where_it_was_given(visit: Callable[..., Visit]) -> None:
    new = visit()
    found = opened(new)
    asked: list[str] = []

    def withdraw(route: Route) -> None:
        asked.append(f"{route.request.method} {route.request.url}")
        route.fulfill(json={})

    new.page.route("**/review?revision=*", withdraw)
    new.page.get_by_role("button", name="Defect").click()
    new.page.get_by_role("button", name="Undo").dblclick()
    expect(new.page.locator(".answer")).to_contain_text("withdrawn")
    assert asked == [f"DELETE {new.url}/inspections/{found.inspection_id}/review?revision=2"]


def test_a_double_click_is_one_answer(visit: Callable[..., Visit]) -> None:
    new = visit()
    found = opened(new)
    new.page.get_by_role("button", name="Fine").dblclick()
    expect(new.page.locator(".answer")).to_contain_text("Saved.")
    assert len(stored(new, found).answers) == 1


def test_who_was_slower_sees_the_other_answer_and_overwrites_nothing(visit: Callable[..., Visit]) -> None:
    new, other = visit(), visit()
    found = opened(new)
    other.sign_in(Role.OPERATOR, to=f"inspections/{found.inspection_id}")
    other.page.get_by_role("button", name="Fine").click()
    expect(other.page.locator(".answer")).to_contain_text("Saved.")
    new.page.get_by_role("button", name="Defect").click()
    expect(new.page.locator(".answer")).to_contain_text("Somebody else has answered")
    expect(new.page.locator(".answer")).to_contain_text("Answered: normal")
    assert len(stored(new, found).answers) == 1


def test_a_viewer_sees_answers_and_gives_none(visit: Callable[..., Visit]) -> None:
    new = visit()
    opened(new, Role.VIEWER)
    expect(new.page.get_by_role("button", name="Defect")).to_have_count(0)


@pytest.mark.parametrize("back", [True, False])
def test_a_reload_and_the_back_button_keep_the_card(visit: Callable[..., Visit], back: bool) -> None:
    new = visit()
    found = opened(new)
    if back:
        new.page.get_by_role("link", name="Live: line-1").click()
        new.page.locator(".inspections button").first.wait_for()
        new.page.go_back()
    else:
        new.page.reload()
    expect(new.page.locator(".about")).to_contain_text("part-4711")
    expect(new.page).to_have_url(re.compile(f"#/{PROJECT}/inspections/{found.inspection_id}$"))


def test_an_image_that_is_not_inspected_yet_appears_by_itself(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.sign_in(Role.VIEWER, to=f"inspections/{0:032x}")
    new.page.get_by_text("Not inspected yet").wait_for()
    new.plant.inspect("part-late")
    expect(new.page.locator(".about")).to_contain_text("part-late")


def open_the_image(visit: Visit) -> tuple[Page, Route]:
    """The new tab, and the page's question for the image's address, which nobody has answered yet."""
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    visit.page.route("**/image", hold)
    with visit.page.context.expect_page(timeout=10_000) as opened, visit.page.expect_request("**/image"):
        visit.page.get_by_role("button", name="Open the image").click()
    visit.page.wait_for_function("true")  # until the question has reached `asked`
    return opened.value, asked[0]


def test_the_whole_image_opens_in_a_tab_of_the_click_itself(visit: Callable[..., Visit]) -> None:
    """Safari takes a tab that opens after an answer for a pop-up, and blocks it."""
    new = visit()
    found = opened(new)
    tab, asked = open_the_image(new)
    assert (tab.url, tab.evaluate("opener")) == ("about:blank", None)
    asked.continue_()
    tab.wait_for_url(re.compile(f"{re.escape(found.key)}.X-Amz-Signature"))


def test_without_an_address_of_the_image_its_tab_closes_and_the_page_says_why(visit: Callable[..., Visit]) -> None:
    new = visit()
    opened(new)
    tab, asked = open_the_image(new)
    with tab.expect_event("close"):
        asked.fulfill(status=404, json={"code": "NotFound", "message": "the image is gone"})
    expect(new.page.locator(".trouble")).to_contain_text("the image is gone")


def test_a_browser_that_opens_no_tab_shows_the_whole_image_in_this_one(visit: Callable[..., Visit]) -> None:
    new = visit()
    found = opened(new)
    new.page.evaluate("window.open = () => null")
    new.page.get_by_role("button", name="Open the image").click()
    new.page.wait_for_url(re.compile(f"{re.escape(found.key)}.X-Amz-Signature"))
