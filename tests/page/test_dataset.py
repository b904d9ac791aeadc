"""An administrator looks through a data set, adds images to it, labels and removes them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, expect

from chalicelib.access.domain import Role
from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.change_images import Changes
from chalicelib.projects.domain import DatasetType
from tests.page.conftest import Visit
from tests.page.datasets import ADMIN, BucketImages, fill, remark, source_of
from tests.page.plant import PROJECT, image_of

TILES = ".dataset .tiles li"


@pytest.fixture
def admin(visit: Callable[..., Visit]) -> Visit:
    """At the training data set, which has 36 images."""
    new = visit()
    new.plant.linewatch.projects.image_store = BucketImages(new.plant.bucket)
    fill(new.plant)
    remark(new.plant)
    new.sign_in(Role.ADMIN, to="dataset/train")
    return new


def counts(visit: Visit) -> tuple[int, int]:
    found = visit.plant.linewatch.projects.describe_dataset(PROJECT, DatasetType.TRAIN, ADMIN).counts
    return found.normal, found.anomaly


def jpeg(number: int, *, anomalous: bool = True) -> FilePayload:
    content = image_of(number, anomalous=anomalous).content + bytes([number])
    return {"name": f"new-{number}.jpg", "mimeType": "image/jpeg", "buffer": content}


def test_images_are_selected_labelled_and_removed(admin: Visit) -> None:
    expect(admin.page.locator(TILES)).to_have_count(36)
    for name in ("IMG_0001.jpg, normal", "IMG_0002.jpg, normal"):
        admin.page.get_by_label(name).check()
    admin.page.get_by_role("textbox", name="Kind of defect").last.fill("<b>crack</b>")
    admin.page.get_by_role("button", name="Label as anomaly").dblclick()
    expect(admin.page.get_by_role("status").filter(has_text="2 labelled.")).to_be_visible()
    assert counts(admin) == (22, 14)
    tile = admin.page.locator(TILES).filter(has_text="IMG_0001")
    expect(tile).to_contain_text("anomaly: <b>crack</b>")
    tile.get_by_role("checkbox").check()
    admin.page.get_by_role("button", name="Remove").click()
    dialog = admin.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Versions that are trained stay as they are")
    dialog.get_by_role("button", name="Remove").click()
    expect(admin.page.locator(TILES)).to_have_count(35)


def test_files_are_added_and_a_bad_one_is_named_while_the_rest_goes_on(admin: Visit) -> None:
    store = admin.plant.linewatch.projects.image_store
    assert isinstance(store, BucketImages)
    store.faults.append(refuse)
    admin.page.get_by_text("Add images").click()
    admin.page.get_by_label("anomaly", exact=True).check()
    broken: FilePayload = {"name": "broken.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n and no more"}
    notes: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"}
    admin.page.set_input_files("#files", [jpeg(1), broken, jpeg(2), notes, jpeg(3)])
    expect(admin.page.locator(".progress")).to_contain_text("2 images added.")
    bad = admin.page.locator(".bad li")
    expect(bad).to_have_count(3)
    expect(admin.page.locator(".bad")).to_contain_text("broken.png: The file is damaged or no image.")
    expect(admin.page.locator(".bad")).to_contain_text("no room")
    admin.look("added")
    assert counts(admin) == (24, 14)


def refuse() -> None:
    raise InvalidRequest(("body", "no room"))


def test_an_image_that_is_there_is_not_added_again(admin: Visit) -> None:
    admin.page.get_by_text("Add images").click()
    admin.page.set_input_files("#files", [jpeg(4), jpeg(4)])
    expect(admin.page.locator(".progress")).to_contain_text("1 images added.")
    admin.page.get_by_label("anomaly", exact=True).check()
    admin.page.set_input_files("#files", [jpeg(4)])
    expect(admin.page.locator(".progress")).to_contain_text("1 were in the data set already")
    assert counts(admin) == (25, 12)


def test_what_somebody_else_removed_meanwhile_is_not_brought_back(admin: Visit) -> None:
    admin.page.get_by_label("IMG_0001.jpg, normal").check()
    gone = Changes(remove=(source_of(1),))
    admin.plant.linewatch.projects.change_images(PROJECT, DatasetType.TRAIN, gone, ADMIN)
    admin.page.keyboard.press("a")
    expect(admin.page.get_by_text("1 were removed by somebody else meanwhile.")).to_be_visible()
    assert counts(admin) == (23, 12)


def test_what_training_noticed_is_shown_and_mended(admin: Visit) -> None:
    admin.page.get_by_role("link", name="Groups that look the same 2").click()
    expect(admin.page.get_by_text("have both labels")).to_be_visible()
    admin.look("alike")
    admin.page.get_by_role("link", name="Labels in doubt 2").click()
    expect(admin.page.locator(TILES)).to_have_count(2)
    admin.look("doubts")
    admin.page.locator(TILES).first.get_by_role("checkbox").check()
    admin.page.get_by_role("button", name="Label as anomaly").click()
    expect(admin.page.locator(TILES)).to_have_count(1)


def test_ten_thousand_images_are_looked_through_by_pages(admin: Visit) -> None:
    fill(admin.plant, 10_000, 0)
    admin.go("dataset/train?show=normal")
    admin.page.reload()
    expect(admin.page.get_by_text("1 to 60 of 10,000")).to_be_visible()
    admin.page.get_by_role("link", name="Next").click()
    expect(admin.page.get_by_text("61 to 120 of 10,000")).to_be_visible()
    admin.page.reload()
    expect(admin.page.locator(TILES)).to_have_count(60)
    admin.page.go_back()
    expect(admin.page.get_by_text("1 to 60 of 10,000")).to_be_visible()


def test_a_viewer_looks_and_changes_nothing(visit: Callable[..., Visit]) -> None:
    new = visit()
    fill(new.plant)
    new.sign_in(Role.VIEWER, to="dataset/train")
    expect(new.page.locator(TILES)).to_have_count(36)
    assert new.page.get_by_role("checkbox").count() == 0
    assert new.page.get_by_text("Add images").count() == 0


def test_a_project_without_a_data_set_says_what_to_do(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.versions()
    new.sign_in(Role.ADMIN, to="dataset/test")
    expect(new.page.get_by_role("heading", name="No images yet")).to_be_visible()
