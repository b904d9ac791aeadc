"""The tiles of a data set load small pictures, whatever camera the images are of."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from chalicelib.access.domain import Role
from chalicelib.core.errors import PictureUnavailable
from chalicelib.projects.change_images import Changes
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.image_lines import Labelling
from tests.page.conftest import Visit
from tests.page.datasets import ADMIN, FOLDER, fill, remark, source_of
from tests.page.plant import PROJECT
from tests.page.test_small_pictures import KEPT, sign_out

BLOB = re.compile("^blob:")
TILES = ".dataset .tiles li"
LATER = "Date.now = () => new Date().getTime() + 11 * 60000"
"""The clock of the browser, when the links of the list will end soon or have ended."""


@pytest.fixture
def viewer(visit: Callable[..., Visit]) -> Visit:
    """Who has signed in to a project with a data set of twelve images."""
    new = visit()
    fill(new.plant, 8, 4)
    remark(new.plant)
    new.sign_in(Role.VIEWER)
    return new


def whole(visit: Visit) -> list[str]:
    """The addresses of whole images that are asked for from now on."""
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url) if "X-Amz-Signature" in request.url else None)
    return asked


def end_links(visit: Visit) -> None:
    """What was signed until now is refused, as S3 does after 15 minutes."""
    last = visit.plant.bucket.signed

    def ended(url: str) -> bool:
        signature = re.search("X-Amz-Signature=([0-9]+)", url)
        return signature is not None and int(signature[1]) <= last

    visit.page.route(ended, lambda route: route.fulfill(status=403))
    visit.page.evaluate(LATER)


@pytest.mark.parametrize(("show", "count"), [("all", 12), ("alike", 2), ("doubts", 1)])
def test_tiles_are_small_pictures_and_each_is_asked_for_once(viewer: Visit, show: str, count: int) -> None:
    asked = whole(viewer)
    viewer.go(f"dataset/train?show={show}")
    expect(viewer.page.locator(f"{TILES} img[src^='blob:']")).to_have_count(count)
    assert not asked
    pictures = [(each.image.key, each.longest_side) for each in viewer.plant.pictures.asked]
    assert len(pictures) == len(set(pictures)) == count
    assert {side for _, side in pictures} == {320}


def test_a_tile_that_was_shown_is_not_asked_for_again_when_its_label_changes(visit: Callable[..., Visit]) -> None:
    new = visit()
    fill(new.plant, 8, 4)
    new.sign_in(Role.ADMIN, to="dataset/train")
    expect(new.page.locator(f"{TILES} img[src^='blob:']")).to_have_count(12)
    new.page.get_by_label("IMG_0001.jpg, normal").check()
    new.page.keyboard.press("a")
    expect(new.page.get_by_label("IMG_0001.jpg, anomaly")).to_be_visible()
    expect(new.page.locator(f"{TILES} img[src^='blob:']")).to_have_count(12)
    assert len(new.plant.pictures.asked) == 12


def test_where_no_small_picture_can_be_made_now_tiles_are_whole_images(viewer: Visit) -> None:
    viewer.plant.pictures.fault = PictureUnavailable("try again")
    viewer.go("dataset/train")
    expect(viewer.page.locator(f"{TILES} img[src*='X-Amz-Signature']")).to_have_count(12)


def test_an_image_that_is_gone_says_so_and_one_that_cannot_be_read_is_left_to_the_browser(viewer: Visit) -> None:
    del viewer.plant.pictures.contents[f"{FOLDER}/3.jpg"], viewer.plant.bucket.objects[f"{FOLDER}/3.jpg"]
    viewer.plant.pictures.contents[f"{FOLDER}/5.jpg"] = b"no image"
    viewer.go("dataset/train")
    expect(viewer.page.locator(TILES).filter(has_text="IMG_0003")).to_contain_text("no longer stored, or damaged")
    damaged = viewer.page.locator(TILES).filter(has_text="IMG_0005").locator("img")
    expect(damaged).to_have_attribute("src", re.compile("X-Amz-Signature"))


def test_a_tile_that_cannot_be_loaded_is_not_said_to_be_gone(viewer: Visit) -> None:
    viewer.plant.pictures.fault = PictureUnavailable("try again")
    viewer.page.route("**/datasets/*/images/*", lambda route: route.abort())
    viewer.go("dataset/train")
    expect(viewer.page.locator(TILES).first).to_contain_text("cannot be loaded now")


def test_tiles_that_come_into_view_after_the_links_have_ended_are_shown(visit: Callable[..., Visit]) -> None:
    new = visit()
    fill(new.plant, 50, 10)
    new.sign_in(Role.VIEWER, to="dataset/train")
    expect(new.page.locator(f"{TILES} img[src^='blob:']").first).to_be_visible()
    new.plant.pictures.fault = PictureUnavailable("try again")
    end_links(new)
    last = new.page.locator(TILES).last
    expect(last.locator("img")).not_to_have_attribute("src", re.compile("."))
    last.scroll_into_view_if_needed()
    expect(last.locator("img")).to_have_attribute("src", re.compile("X-Amz-Signature"))
    new.page.wait_for_function("image => image.naturalWidth > 0", arg=last.locator("img").element_handle())


def test_the_whole_image_opens_also_after_its_link_has_ended(viewer: Visit) -> None:
    viewer.go("dataset/train")
    first = viewer.page.locator(TILES).first
    with viewer.page.context.expect_page() as opened:
        first.get_by_role("link").click()
    assert opened.value.url.startswith(viewer.plant.bucket.origin_url)
    signed = viewer.plant.bucket.signed
    viewer.page.evaluate(LATER)
    with viewer.page.context.expect_page() as opened:
        first.get_by_role("link").click()
    opened.value.wait_for_url(re.compile(f"/{FOLDER}/.*Signature="))
    assert int(opened.value.url.rpartition("=")[2]) > signed


def test_nothing_is_kept_of_a_data_set_whose_viewer_signed_out(viewer: Visit) -> None:
    viewer.page.add_init_script(KEPT)
    viewer.sign_in(Role.VIEWER, to="dataset/train")
    expect(viewer.page.locator(f"{TILES} img[src^='blob:']")).to_have_count(12)
    assert viewer.page.evaluate("blobs.size") == 12
    sign_out(viewer)
    assert viewer.page.evaluate("blobs.size") == 0


def test_the_whole_image_of_what_somebody_removed_meanwhile_says_that_it_cannot_be_loaded(viewer: Visit) -> None:
    viewer.plant.pictures.fault = PictureUnavailable("try again")
    viewer.go("dataset/train")
    expect(viewer.page.locator(f"{TILES} img[src*='X-Amz-Signature']")).to_have_count(12)
    gone = Changes(remove=(source_of(1),), add=(Labelling(source_of(99), "normal"),))
    viewer.plant.linewatch.projects.change_images(PROJECT, DatasetType.TRAIN, gone, ADMIN)
    viewer.page.evaluate(LATER)
    tile = viewer.page.locator(TILES).filter(has_text="IMG_0001")
    for _ in range(2):
        tile.get_by_role("link").click()
        expect(tile.get_by_role("alert")).to_have_text("The image cannot be loaded now.")
    assert len(viewer.page.context.pages) == 1, "the tab that was to have it is closed"
