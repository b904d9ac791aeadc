"""A quality manager weighs escapes against false rejects by what they cost; an administrator moves the threshold."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from chalicelib.access.domain import Role
from chalicelib.projects.domain import ModelStatus, ModelVersion
from chalicelib.vision.model_bytes import held_out
from tests.page.conftest import Visit
from tests.page.datasets import fill, measured
from tests.page.plant import PROJECT
from tests.thresholds.model_files import a_model_file

PRICED = "threshold/3?escape_cost=50&reject_cost=0.8&defect_share=0.02"


def opened(visit: Visit, role: Role = Role.ADMIN, to: str = PRICED) -> None:
    fill(visit.plant)
    measured(visit.plant)
    visit.sign_in(role, to=to)


def versions(visit: Visit) -> dict[int, ModelVersion]:
    return dict(visit.plant.linewatch.projects.registry.find(PROJECT).models)


def test_the_cheapest_threshold_is_made_a_version_that_takes_over(visit: Callable[..., Visit]) -> None:
    new = visit()
    opened(new)
    expect(new.page.locator(".lead")).to_contain_text("The cheapest threshold is")
    new.page.get_by_role("button", name="To the cheapest").click()
    new.page.get_by_role("button", name="Use this threshold").click()
    dialog = new.page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox")).to_be_checked()
    new.look("use-threshold")
    dialog.get_by_role("button", name="Use this threshold").dblclick()
    row = new.page.get_by_role("row").filter(has=new.page.get_by_role("rowheader", name="version 4", exact=True))
    expect(row).to_contain_text("Weights of version 3")
    expect(row).to_contain_text("running")
    found = versions(new)
    assert [each.status for each in found.values()][2:] == [ModelStatus.TRAINED, ModelStatus.HOSTED]
    assert found[4].moved is not None
    assert held_out(new.plant.models.files[PROJECT, 4]).threshold == found[4].moved.threshold < 0.5
    row.get_by_role("button", name="Roll back").click()
    new.page.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    expect(row).to_contain_text("stopped")


def test_the_slider_moves_by_keys_and_says_what_it_does(visit: Callable[..., Visit]) -> None:
    new = visit()
    opened(new, Role.OPERATOR)
    slider = new.page.get_by_role("slider", name="Threshold")
    before = slider.get_attribute("aria-valuetext")
    slider.press("ArrowRight")
    expect(slider).not_to_have_attribute("aria-valuetext", before or "")
    expect(new.page.get_by_text("your key has the role operator")).to_be_visible()
    assert new.page.get_by_role("button", name="Use this threshold").count() == 0


def test_prices_are_kept_in_the_address_and_change_what_is_cheapest(visit: Callable[..., Visit]) -> None:
    new = visit()
    opened(new)
    advice = new.page.locator(".lead")
    before = advice.inner_text()
    new.page.get_by_label("A defective part that passes costs").fill("5000")
    expect(advice).not_to_have_text(before)
    expect(new.page).to_have_url(re.compile("escape_cost=5000"))
    dear = advice.inner_text()
    new.page.reload()
    expect(advice).to_have_text(dear)
    new.page.get_by_label("Defective parts, in per cent").fill("200")
    expect(advice).to_have_text(dear)


def test_a_version_without_anomalies_says_that_nothing_is_known(visit: Callable[..., Visit]) -> None:
    new = visit()
    fill(new.plant)
    new.plant.models.files[PROJECT, 3] = a_model_file(anomalies=())
    new.sign_in(Role.ADMIN, to=PRICED)
    expect(new.page.get_by_text("images of one kind only")).to_be_visible()


def test_a_version_that_is_gone_says_so(visit: Callable[..., Visit]) -> None:
    new = visit()
    opened(new, to="threshold/9")
    expect(new.page.get_by_role("status").filter(has_text="has no version 9")).to_be_visible()
