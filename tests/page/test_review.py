"""A person goes through what waits: answers by a key or a thumb, marks a region, takes an answer back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route, expect

from chalicelib.access.domain import Role
from chalicelib.core.inspection import Inspection, Verdict
from tests.page.conftest import Visit


def queue(visit: Visit, role: Role = Role.OPERATOR) -> list[Inspection]:
    """An unfamiliar image, then one that is uncertain; and a name with HTML in it."""
    at = datetime.now(UTC) - timedelta(minutes=5)
    unsure = visit.plant.inspect("part-2", Verdict.ANOMALOUS, probability=0.62, at=at)
    strange = visit.plant.inspect("part-1", Verdict.UNFAMILIAR, probability=0.5, at=at, reason="<b>dark</b>")
    visit.sign_in(role, to="review")
    visit.page.locator(".sample h2").first.wait_for()
    return [strange, unsure]


def now(visit: Visit, of: Inspection) -> Inspection:
    return visit.plant.inspections.items[of.inspection_id, "live"]


def test_the_queue_is_answered_by_one_thumb_and_an_answer_is_taken_back(visit: Callable[..., Visit]) -> None:
    new = visit(390)
    strange, unsure = queue(new)
    about = new.page.locator(".about")
    expect(about).to_contain_text("Unlike anything known")
    expect(about).to_contain_text("<b>dark</b>")
    new.page.get_by_text("Kind of defect, comment").click()
    new.page.get_by_label("Kind of defect").fill("dent")
    new.page.get_by_role("button", name="Defect").dblclick()
    expect(about).to_contain_text("Saved: part-1 is anomalous, dent.")
    expect(about).to_contain_text("Low confidence: 0.24")
    assert [(each.label, each.kind) for each in now(new, strange).answers] == [("anomalous", "dent")]
    assert now(new, unsure).answers == ()
    new.page.get_by_role("button", name="Undo").click()
    expect(about).to_contain_text("Your answer is withdrawn.")
    expect(about).to_contain_text("Unlike anything known")
    assert now(new, strange).review_label is None
    new.page.get_by_role("button", name="Later").click()
    expect(about).to_contain_text("Low confidence")
    new.page.get_by_role("button", name="Fine").click()
    expect(about).to_contain_text("Unlike anything known")
    new.page.get_by_role("group", name="Kind of defect").get_by_text("dent").click()
    expect(about).to_contain_text("Nothing waits for an answer")
    assert (now(new, strange).review_kind, now(new, unsure).review_label) == ("dent", "normal")
    new.look("review-done")


def test_what_is_being_typed_stays_open_when_the_answers_of_others_come(visit: Callable[..., Visit]) -> None:
    new = visit()
    strange = new.plant.inspect("part-1", Verdict.UNFAMILIAR, probability=0.5)
    late: list[Route] = []
    new.page.route(f"**/inspections/{strange.inspection_id}/review", lambda route: late.append(route))  # noqa: PLW0108 - Playwright marks it
    new.sign_in(Role.OPERATOR, to="review")
    new.page.get_by_text("Kind of defect, comment").click()
    new.page.get_by_label("Comment").press_sequentially("a hair")
    new.plant.answer(strange.inspection_id, "anomalous", by="anna")
    for route in late:
        route.continue_()
    expect(new.page.get_by_role("list", name="Answers so far")).to_contain_text("anna")
    new.page.keyboard.type(" on the lens")
    expect(new.page.get_by_label("Comment")).to_have_value("a hair on the lens")


def test_a_key_that_comes_before_the_next_image_is_shown_answers_nothing_and_says_so(
    visit: Callable[..., Visit],
) -> None:
    new = visit()
    strange, unsure = queue(new)
    new.delays["/review"] = 0.5
    new.page.keyboard.press("d")
    expect(new.page.locator("main")).to_have_attribute("aria-busy", "true")
    new.page.keyboard.press("f")
    expect(new.page.locator(".about")).to_contain_text("Wait: the answer before is being saved.")
    expect(new.page.locator(".about")).to_contain_text("Saved: part-1 is anomalous")
    expect(new.page.locator(".about")).to_contain_text("What you pressed before this image was shown did not count.")
    expect(new.page.locator("main")).not_to_have_attribute("aria-busy", "true")
    assert [each.label for each in now(new, strange).answers] == ["anomalous"]
    assert now(new, unsure).answers == ()


def test_keys_answer_and_a_region_that_was_drawn_goes_along(visit: Callable[..., Visit]) -> None:
    new = visit()
    strange, unsure = queue(new)
    box = new.page.locator(".picture svg").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    new.page.mouse.move(x, y)
    new.page.mouse.down()
    new.page.mouse.move(x + 60, y + 40, steps=3)
    new.page.mouse.up()
    expect(new.page.locator(".stage")).to_contain_text("The region is stored with the answer Defect.")
    new.look("review-region")
    new.page.keyboard.press("d")
    expect(new.page.locator(".about")).to_contain_text("Saved: part-1")
    region = now(new, strange).answers[0].region
    assert region is not None
    assert region[:2] == pytest.approx((0.5, 0.5), abs=0.02)
    assert region[2] > 0.5
    expect(new.page.locator(".about")).to_contain_text("part-2")
    new.page.keyboard.press("s")
    expect(new.page.locator(".about")).not_to_contain_text("Saved: part-1")
    new.page.keyboard.press("f")
    expect(new.page.locator(".about")).to_contain_text("Nothing waits for an answer")
    new.page.keyboard.press("u")
    expect(new.page.locator(".about")).to_contain_text("Low confidence")
    assert now(new, unsure).review_label is None


def test_who_comes_second_sees_a_conflict_and_loses_nothing(visit: Callable[..., Visit]) -> None:
    new = visit()
    [strange, _] = queue(new)
    new.plant.answer(strange.inspection_id, "normal", by="ben", comment="<i>only dark</i>")
    new.page.get_by_text("Kind of defect, comment").click()
    new.page.get_by_label("Comment").fill("a long story")
    new.page.get_by_role("button", name="Defect").click()
    about = new.page.locator(".about")
    expect(about).to_contain_text("Somebody else has answered in the meantime.")
    expect(about).to_contain_text("<i>only dark</i>")
    expect(new.page.get_by_label("Comment")).to_have_value("a long story")
    assert [each.reviewed_by for each in now(new, strange).answers] == ["ben"]
    new.page.get_by_role("button", name="Defect").click()
    expect(about).to_contain_text("Saved: part-1")
    assert len(now(new, strange).answers) == 2


def test_the_second_person_does_not_see_what_the_first_one_said(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.sign_in(Role.ADMIN, to="review")
    new.page.get_by_text("Each shift asks for 10 random parts").click()
    new.page.get_by_label("Two people must say the same").check()
    new.page.get_by_role("button", name="Save").click()
    expect(new.page.locator(".sample")).to_contain_text("An answer counts when two people give it.")
    part = new.plant.inspect("part-1", Verdict.ANOMALOUS, probability=0.6)
    new.plant.answer(part.inspection_id, "anomalous", by="ben", kind="a secret")
    new.page.get_by_role("button", name="Look again").click()
    about = new.page.locator(".about")
    expect(about).to_contain_text("Waits for a second person")
    expect(about).to_contain_text("has answered. You see it after your own answer.")
    assert "secret" not in new.page.content()
    new.page.keyboard.press("d")
    expect(new.page.locator(".sample")).to_contain_text("kappa is not defined")
    assert now(new, part).review_label == "anomalous"


def test_a_viewer_looks_and_does_not_answer_and_trouble_is_said(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.versions()
    new.plant.the_day_before()
    [strange, _] = queue(new, Role.VIEWER)
    expect(new.page.locator(".sample")).to_contain_text("1 escape in 6 parts looked at.")
    expect(new.page.locator(".sample")).to_contain_text("Version 3, in use since")
    expect(new.page.locator(".sample")).to_contain_text(": nobody has looked at a part of the sample yet.")
    expect(new.page.locator(".about")).to_contain_text("your key has the role viewer")
    new.page.keyboard.press("d")
    assert now(new, strange).answers == ()
    new.sign_in(Role.OPERATOR, to="review")
    new.page.locator(".sample h2").first.wait_for()
    new.page.route("**/review", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    new.page.keyboard.press("f")
    expect(new.page.locator(".about")).to_contain_text("Linewatch does not answer.")
    new.page.unroute("**/review")
    new.page.keyboard.press("f")
    expect(new.page.locator(".about")).to_contain_text("Saved: part-1")
