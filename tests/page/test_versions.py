"""A quality manager has versions compared, looks where they differ, and puts the better one in the other's place."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from chalicelib.access.domain import Role
from chalicelib.projects.domain import ModelStatus
from tests.page.comparisons import begun, ended, half_done
from tests.page.conftest import Visit
from tests.page.plant import PROJECT


@pytest.fixture
def manager(visit: Callable[..., Visit]) -> Visit:
    """Signed in, in a plant with three versions and a morning's images."""
    new = visit()
    new.plant.morning(40)
    new.plant.versions()
    new.sign_in(Role.OPERATOR, to="models")
    return new


def row(visit: Visit, version: int) -> Locator:
    header = visit.page.get_by_role("rowheader", name=f"version {version}", exact=True)
    return visit.page.get_by_role("row").filter(has=header)


def statuses(visit: Visit) -> list[ModelStatus]:
    return [each.status for each in visit.plant.linewatch.projects.registry.find(PROJECT).models.values()]


def test_a_comparison_says_its_price_before_and_its_progress_after(manager: Visit) -> None:
    row(manager, 2).get_by_role("button", name="Compare").click()
    dialog = manager.page.get_by_role("dialog")
    expect(dialog).to_contain_text("less than 0.01 USD")
    manager.look("compare")
    dialog.get_by_role("button", name="Compare").dblclick()
    expect(manager.page.get_by_role("heading", level=1)).to_have_text("Version 2 compared with version 3")
    [comparison] = manager.plant.comparisons.comparisons.values()
    half_done(manager.plant, comparison)
    expect(manager.page.get_by_text("50 % done")).to_be_visible()
    ended(manager.plant, comparison)
    expect(manager.page.get_by_role("heading", name="Images on which they differ")).to_be_visible()


def test_the_images_whose_verdict_flips_are_shown_with_who_is_right(manager: Visit) -> None:
    comparison = begun(manager.plant)
    ended(manager.plant, comparison)
    manager.go(f"comparisons/{comparison.comparison_id}")
    tiles = manager.page.locator(".tiles li")
    expect(tiles).to_have_count(10)
    expect(tiles.first).to_contain_text("Review: anomalous. Version 2 is right.")
    expect(tiles.first.locator("img")).to_have_js_property("complete", True)
    manager.page.get_by_role("button", name="Now passed").click()
    expect(tiles).to_have_count(2)
    tiles.first.get_by_role("link").click()
    expect(manager.page.locator("main.card")).to_be_visible()
    manager.page.go_back()
    expect(tiles).to_have_count(10)


def test_a_version_is_promoted_on_its_comparison_and_rolled_back(manager: Visit) -> None:
    ended(manager.plant, begun(manager.plant))
    manager.page.reload()
    expect(row(manager, 2)).to_contain_text("Compared with version 3")
    row(manager, 2).get_by_role("button", name="Promote").click()
    dialog = manager.page.get_by_role("dialog")
    expect(dialog).to_contain_text("false rejects")
    manager.look("promote")
    dialog.get_by_role("button", name="Promote").dblclick()
    expect(row(manager, 2)).to_contain_text("running")
    row(manager, 2).get_by_role("button", name="Roll back").click()
    expect(dialog).to_contain_text("Version 3 starts with 2 inference units")
    dialog.get_by_role("button", name="Roll back").click()
    expect(row(manager, 3)).to_contain_text("running")
    assert statuses(manager) == [ModelStatus.TRAINED, ModelStatus.TRAINED, ModelStatus.HOSTED]


def test_a_version_that_was_not_compared_is_promoted_only_by_somebody_who_says_so(manager: Visit) -> None:
    row(manager, 1).get_by_role("button", name="Promote").click()
    dialog = manager.page.get_by_role("dialog")
    dialog.get_by_text("were not compared").wait_for()
    dialog.get_by_role("button", name="Promote").click()
    assert statuses(manager)[2] is ModelStatus.HOSTED
    dialog.get_by_label("Promote it all the same").check()
    dialog.get_by_role("button", name="Promote").click()
    expect(row(manager, 1)).to_contain_text("running")


def test_what_somebody_else_did_meanwhile_is_said_and_changes_nothing(manager: Visit) -> None:
    row(manager, 1).get_by_role("button", name="Promote").click()
    dialog = manager.page.get_by_role("dialog")
    dialog.get_by_label("Promote it all the same").check()
    manager.plant.linewatch.projects.stop_model(PROJECT, "3", manager.plant.operator)
    dialog.get_by_role("button", name="Promote").click()
    expect(dialog.get_by_role("alert")).to_contain_text("has no hosted version")
    dialog.get_by_role("button", name="Cancel").click()
    expect(row(manager, 1).get_by_role("button", name="Start")).to_be_visible()


def test_going_back_closes_a_question(manager: Visit) -> None:
    manager.go("live/line-1")
    manager.go("models")
    row(manager, 1).get_by_role("button", name="Promote").click()
    manager.page.go_back()
    expect(manager.page.get_by_role("dialog")).to_have_count(0)
