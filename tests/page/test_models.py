"""An administrator sees whether the model runs, starts and stops it; anybody tries one image."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from chalicelib.access.domain import Role
from chalicelib.projects.domain import ModelStatus
from tests.page.conftest import Visit
from tests.page.plant import PROJECT, Plant


def status_of(plant: Plant, version: int) -> ModelStatus:
    return plant.linewatch.projects.registry.find(PROJECT).models[version].status


def test_a_version_is_started_with_its_units_and_their_price(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.versions()
    new.sign_in(Role.OPERATOR, to="models")
    new.plant.linewatch.projects.stop_model(PROJECT, "3", new.plant.operator)
    row = new.page.get_by_role("row").filter(has_text="version 2")
    row.get_by_role("button", name="Start").click()
    dialog = new.page.get_by_role("dialog")
    dialog.get_by_label("Inference units").fill("3")
    expect(dialog).to_contain_text("6 images are inspected at the same time")
    expect(dialog).to_contain_text("USD an hour")
    new.look("start")
    dialog.get_by_role("button", name="Start").click()
    expect(row).to_contain_text("running")
    model = new.plant.linewatch.projects.registry.find(PROJECT).models[2]
    assert (model.status, model.min_inference_units) == (ModelStatus.HOSTED, 3)


def test_a_version_is_stopped_after_a_question(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.versions()
    new.sign_in(Role.OPERATOR, to="models")
    row = new.page.get_by_role("row").filter(has_text="version 3")
    row.get_by_role("button", name="Stop").click()
    dialog = new.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Cancel").click()
    assert status_of(new.plant, 3) is ModelStatus.HOSTED
    row.get_by_role("button", name="Stop").click()
    dialog.get_by_role("button", name="Stop").dblclick()
    expect(row).to_contain_text("stopped")
    assert status_of(new.plant, 3) is ModelStatus.TRAINED


def test_a_viewer_looks_and_changes_nothing(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.versions()
    new.sign_in(Role.VIEWER, to="models")
    new.page.get_by_text("your key has the role viewer").wait_for()
    assert new.page.get_by_role("button", name="Stop").count() == 0


def test_the_week_of_the_calendar_is_drawn_on_the_plants_clock(visit: Callable[..., Visit]) -> None:
    """The model runs two minutes longer than the late shift."""
    new = visit(timezone_id="America/New_York")
    new.plant.versions()
    new.plant.calendar()
    new.sign_in(to="models")
    expect(new.page.locator(".week tbody th")).to_have_count(7)
    expect(new.page.locator(".week")).to_contain_text("Europe/Berlin")
    expect(new.page.locator(".week")).to_contain_text("21:32")


def test_the_training_report_opens_in_the_page_and_runs_no_script(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.versions()
    new.sign_in(to="models")
    new.page.get_by_role("row").filter(has_text="version 2").get_by_role("link", name="version 2").click()
    frame = new.page.frame_locator("iframe")
    expect(frame.get_by_role("heading")).to_have_text("Training report")
    assert new.page.locator("iframe").get_attribute("sandbox") == ""


def test_a_dropped_image_gets_a_verdict_with_the_spot_and_a_request_to_copy(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.versions()
    picture = new.plant.detects()
    new.sign_in(Role.VIEWER, to="detect")
    new.page.set_input_files("#file", {"name": "it's one.jpg", "mimeType": "image/jpeg", "buffer": picture.content})
    result = new.page.locator(".result")
    expect(result).to_contain_text("anomalous")
    expect(result).to_contain_text("0.94")
    new.look("detected")
    assert new.plant.detector.requests[0].content == picture.content
    codes = result.locator("pre").all_inner_texts()
    assert json.loads(codes[0])["DetectAnomalyResult"]["IsAnomalous"] is True
    assert json.loads(codes[1])["headers"]["X-Linewatch-Anomaly-Mask"] == "true"
    assert f"{new.url}/2020-11-20/projects/plates/models/3/detect" in codes[2]
    assert "@it'\\''s one.jpg" in codes[2]
    assert "lw_" not in "".join(codes)


@pytest.mark.parametrize(("name", "kind"), [("a.txt", "text/plain"), ("large.png", "image/png")])
def test_what_cannot_be_inspected_is_refused_before_it_is_sent(
    visit: Callable[..., Visit], name: str, kind: str
) -> None:
    new = visit()
    new.plant.versions()
    new.sign_in(to="detect")
    new.page.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": b"x" * 4_600_000})
    expect(new.page.get_by_role("alert")).to_be_visible()
    assert new.plant.detector.requests == []


def test_without_a_hosted_version_the_way_to_start_one_is_shown(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.sign_in(to="detect")
    new.page.get_by_text("Start a version first").wait_for()
