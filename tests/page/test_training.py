"""An administrator has a version trained, sees how far it is, and what to do when it fails."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, expect

from chalicelib.access.domain import Role
from chalicelib.projects.domain import Evaluation, ModelStatus
from chalicelib.projects.training import begin_training, end_training, fail_training, renew_lease
from tests.page.conftest import Visit
from tests.page.datasets import fill
from tests.page.plant import PROJECT
from tests.support.builders import NOON


def row(visit: Visit) -> Locator:
    header = visit.page.get_by_role("rowheader", name="version 4 more-light")
    return visit.page.get_by_role("row").filter(has=header)


def worker(visit: Visit) -> dict[str, Any]:
    projects = visit.plant.linewatch.projects
    return {"registry": projects.registry, "clock": projects.platform.clock}


def begun(visit: Visit) -> None:
    """Signed in, and a training asked for by a double click."""
    fill(visit.plant)
    visit.sign_in(Role.ADMIN, to="models")
    visit.page.get_by_role("button", name="Train a version").click()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog).to_contain_text("24 normal images and 12 anomalies")
    expect(dialog).to_contain_text("less than 0.01 USD")
    visit.look("train")
    dialog.get_by_label("Description").fill("more-light")
    dialog.get_by_role("button", name="Train").dblclick()
    expect(row(visit)).to_contain_text("Waits for a worker")


def test_a_training_is_followed_to_its_report(visit: Callable[..., Visit]) -> None:
    new = visit()
    begun(new)
    assert new.plant.models.queued == [(PROJECT, 4)]
    begin_training(PROJECT, 4, "w1", **worker(new))
    renew_lease(PROJECT, 4, "w1", 0.42, **worker(new))
    expect(row(new)).to_contain_text("in training · 42 %")
    new.look("training")
    found = Evaluation(precision=0.9, recall=1.0, f1=0.95, ended_at=NOON)
    end_training(PROJECT, 4, "w1", found, message="2 labels to look at again", **worker(new))
    expect(row(new)).to_contain_text("2 labels to look at again")
    expect(row(new).get_by_role("link", name="version 4")).to_be_visible()
    expect(row(new).get_by_role("button", name="Promote")).to_be_visible()


def test_a_training_that_failed_says_why_and_is_deleted(visit: Callable[..., Visit]) -> None:
    new = visit()
    begun(new)
    begin_training(PROJECT, 4, "w1", **worker(new))
    fail_training(PROJECT, 4, "w1", "too few images can be used: add 3 more normal images", **worker(new))
    expect(row(new)).to_contain_text("add 3 more normal images")
    new.look("training-failed")
    row(new).get_by_role("button", name="Delete").click()
    new.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(row(new)).to_have_count(0)
    statuses = [each.status for each in new.plant.linewatch.projects.registry.find(PROJECT).models.values()]
    assert statuses[-1] is ModelStatus.HOSTED


def test_without_enough_images_it_says_which_are_missing(visit: Callable[..., Visit]) -> None:
    new = visit()
    fill(new.plant, 5, 0)
    new.sign_in(Role.ADMIN, to="models")
    new.page.get_by_role("button", name="Train a version").click()
    dialog = new.page.get_by_role("dialog")
    expect(dialog).to_contain_text("15 more normal images")
    dialog.get_by_role("button", name="Train").click()
    expect(dialog.get_by_role("alert")).to_contain_text("too few labelled images")
