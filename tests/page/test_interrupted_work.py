"""When the API fails in mid-work it is said, nothing typed is lost, and the same click does it later."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from chalicelib.access.domain import Role
from tests.page import weathers
from tests.page.conftest import Visit
from tests.page.views import addresses
from tests.page.weathers import CHANGES, Answer, weather

UNSURE = "part-4756"
"""The image of the card that is not sure."""


def _none(_page: Page) -> None:
    """Nothing to open."""


def _button(name: str) -> Callable[[Page], Locator]:
    return lambda page: page.locator("dialog, main").last.get_by_role("button", name=name, exact=True)


@dataclass(frozen=True)
class Work:
    """What to open, the field to type into, the button that does it, and what is said when it is done."""

    view: str
    field: str
    button: str
    done: str
    opened: Callable[[Page], object] = _none
    typed: str = "a hair on the lens"


def _say_more(page: Page) -> None:
    page.get_by_text("Kind of defect, comment").click()


def _press(name: str) -> Callable[[Page], object]:
    return lambda page: page.get_by_role("button", name=name).click()


WORKS = {
    "answer": Work("card-unsure", "Comment", "Fine", "Saved.", _say_more),
    "review": Work("review", "Comment", "Fine", "Saved:", _say_more),
    "train": Work("models", "Description", "Train", "version 4", _press("Train a version"), "more-light"),
    "label": Work(
        "dataset",
        "Kind of defect",
        "Label as anomaly",
        "1 labelled",
        lambda page: page.get_by_label("IMG_0001.jpg, normal").check(),
    ),
    "key": Work("admin", "Whose", "Make the key", "Copy it now", _press("New key")),
    "invite": Work("people", "E-mail address", "Invite", "gets a mail", typed="eva@example.com"),
    "sample": Work(
        "review",
        "parts of each shift",
        "Save",
        "Each shift asks for 7",
        lambda page: page.locator(".sample summary").click(),
        "7",
    ),
}


def begun(visit: Callable[..., Visit], work: Work) -> tuple[Visit, Locator]:
    """Signed in, with something typed; and the field."""
    new = visit()
    new.sign_in(to=addresses(new.plant)[work.view])
    work.opened(new.page)
    field = new.page.get_by_label(work.field).last
    field.fill(work.typed)
    return new, field


@pytest.mark.parametrize("name", WORKS)
def test_work_that_fails_says_so_and_is_done_by_the_same_click_later(visit: Callable[..., Visit], name: str) -> None:
    work = WORKS[name]
    new, field = begun(visit, work)
    failures: dict[Answer, str] = {
        weathers.gone: "Linewatch does not answer",
        weathers.broken: "the error 502",
        weathers.conflict: "somebody else has changed it",
    }
    for answer, words in failures.items():
        with weather(new, answer):
            _button(work.button)(new.page).click()
            expect(new.page.locator(".error, .trouble").filter(has_text=words).first).to_be_visible()
        assert field.input_value() == work.typed
    with weather(new, weathers.signed_out):
        _button(work.button)(new.page).click()
        new.page.get_by_label("Your key").fill(new.plant.key(Role.ADMIN))
    new.page.locator("dialog.again").get_by_role("button", name="Sign in", exact=True).click()
    assert field.input_value() == work.typed
    changes: list[str] = []
    new.page.on("request", lambda each: changes.append(each.url) if each.method in CHANGES else None)
    _button(work.button)(new.page).dblclick()
    expect(new.page.locator("body")).to_contain_text(work.done)
    assert len(changes) == 1


def test_an_image_is_dropped_again_after_a_failure(visit: Callable[..., Visit]) -> None:
    new = visit()
    picture = new.plant.detects()
    new.sign_in(to=addresses(new.plant)["detect"])
    file: FilePayload = {"name": "part.jpg", "mimeType": "image/jpeg", "buffer": picture.content}
    for answer in (weathers.gone, weathers.broken, weathers.deleted):
        with weather(new, answer):
            new.page.locator("#file").set_input_files([file])
            expect(new.page.get_by_role("alert")).to_be_visible()
    new.page.locator("#file").set_input_files([file])
    expect(new.page.locator(".result .badge")).to_contain_text("anomalous")


def test_a_file_that_was_chosen_while_signed_out_can_be_chosen_again(visit: Callable[..., Visit]) -> None:
    """A browser says nothing of a file that is chosen while it is chosen."""
    new = visit()
    picture = new.plant.detects()
    new.sign_in(to=addresses(new.plant)["detect"])
    file: FilePayload = {"name": "part.jpg", "mimeType": "image/jpeg", "buffer": picture.content}
    with weather(new, weathers.signed_out):
        new.page.locator("#file").set_input_files([file])
        expect(new.page.locator("dialog.again")).to_be_visible()
    expect(new.page.locator("#file")).to_have_value("")


def test_what_was_typed_is_there_after_a_look_at_another_view(visit: Callable[..., Visit]) -> None:
    new, _ = begun(visit, WORKS["answer"])
    new.go("models")
    new.page.go_back()
    expect(new.page.get_by_label("Comment")).to_have_value(WORKS["answer"].typed)
    expect(new.page.get_by_label("Comment")).to_be_visible()


def test_what_was_typed_into_a_question_is_there_when_it_is_asked_again(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.sign_in(to="admin")
    button = new.page.get_by_role("button", name="Change the alerts of All other lines")
    question = new.page.get_by_role("dialog")
    confidence, box = (
        question.get_by_label("Alert below the confidence"),
        question.get_by_label("inspections that failed"),
    )

    def asked() -> tuple[str, bool]:
        button.click()
        return confidence.input_value(), box.is_checked()

    before = asked()
    confidence.fill("0.4")
    box.uncheck()
    new.page.go_back()
    expect(question).to_have_count(0)
    new.page.go_forward()
    assert (before[1], asked()) == (True, ("0.4", False))
    question.get_by_role("button", name="Cancel").click()
    assert asked() == before


def test_nothing_that_was_typed_is_shown_to_the_next_person(visit: Callable[..., Visit]) -> None:
    new, _ = begun(visit, WORKS["answer"])
    link = new.plant.link(Role.OPERATOR)
    here = new.page.evaluate("location.hash")
    new.page.evaluate("link => { location.hash = link }", f"#{link}")
    new.page.get_by_role("heading", name="Live").wait_for()
    new.page.evaluate("hash => { location.hash = hash }", here)
    expect(new.page.get_by_label("Comment")).to_have_value("")


def test_two_people_who_answer_the_same_image_learn_of_each_other(visit: Callable[..., Visit]) -> None:
    new, field = begun(visit, WORKS["answer"])
    [unsure] = [each for each in new.plant.inspections.items.values() if each.image_id == UNSURE]
    new.plant.answer(unsure.inspection_id, "anomalous", by="anna")
    new.page.get_by_role("button", name="Fine").click()
    expect(new.page.locator("main")).to_contain_text("Somebody else has answered in the meantime")
    assert field.input_value() == WORKS["answer"].typed
    new.page.get_by_role("button", name="Fine").click()
    expect(new.page.locator("main")).to_contain_text("Saved.")
