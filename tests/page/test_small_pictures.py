"""A list of images from a large camera loads small pictures, not whole images of megabytes."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from chalicelib.core.errors import PictureUnavailable
from chalicelib.core.inspection import Inspection, Verdict
from tests.page.conftest import Visit

BLOB = re.compile("^blob:")
STORY = "live/line-1"
ROWS = ".inspections .thumbnail"


def from_a_large_camera(new: Visit, images: int) -> list[Inspection]:
    """Images that are said to have 12 megapixels."""
    return [new.plant.inspect(f"part-{number}", width=4000, height=3000, boxes=()) for number in range(images)]


def test_rows_and_the_large_picture_of_a_large_camera_are_small_pictures(visit: Callable[..., Visit]) -> None:
    new = visit()
    asked: list[str] = []
    new.page.on("request", lambda request: asked.append(request.url))
    from_a_large_camera(new, 8)
    new.sign_in(to=STORY)
    expect(new.page.locator(ROWS)).to_have_count(8)
    expect(new.page.locator(f"{ROWS}[src^='blob:']")).to_have_count(8)
    expect(new.page.locator(".picture image").first).to_have_attribute("href", BLOB)
    assert not [url for url in asked if "/images/" in url]
    sides = [(each.image.key, each.longest_side) for each in new.plant.pictures.asked]
    assert len(sides) == len(set(sides)) == 9
    assert sorted({side for _, side in sides}) == [320, 1600]


def test_a_picture_that_was_shown_is_not_asked_for_again(visit: Callable[..., Visit]) -> None:
    new = visit()
    from_a_large_camera(new, 3)
    new.sign_in(to=STORY)
    expect(new.page.locator(f"{ROWS}[src^='blob:']")).to_have_count(3)
    new.page.keyboard.press("j")
    new.page.keyboard.press("k")
    expect(new.page.locator(".picture image").first).to_have_attribute("href", BLOB)
    sides = [(each.image.key, each.longest_side) for each in new.plant.pictures.asked]
    assert len(sides) == len(set(sides))


def test_where_no_small_picture_can_be_made_now_the_whole_image_is_shown(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.pictures.fault = PictureUnavailable("try again")
    [found] = from_a_large_camera(new, 1)
    new.sign_in(to=f"inspections/{found.inspection_id}")
    expect(new.page.locator(".picture image").first).to_have_attribute("href", re.compile("X-Amz-Signature"))
    new.plant.pictures.fault = None
    new.go(STORY)
    expect(new.page.locator(".picture image").first).to_have_attribute("href", BLOB)


def test_of_a_rejected_image_comes_a_small_picture_too_and_the_whole_image_where_it_has_none(
    visit: Callable[..., Visit],
) -> None:
    """A browser may show what a detector cannot read, as the upper half of an image that is cut off."""
    new = visit()
    new.plant.inspect("of-another-size", Verdict.REJECTED)
    damaged = new.plant.inspect("cut-off", Verdict.REJECTED)
    new.plant.pictures.contents[damaged.key] = b"no image"
    new.sign_in(to=STORY)
    expect(new.page.locator(f"{ROWS}[src*='X-Amz-Signature']")).to_have_count(1)
    expect(new.page.locator(f"{ROWS}[src^='blob:']")).to_have_count(1)


def test_a_small_image_comes_as_it_is(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.inspect("part-1", Verdict.ANOMALOUS)
    new.sign_in(to=STORY)
    expect(new.page.locator(f"{ROWS}[src*='X-Amz-Signature']")).to_have_count(1)
    assert not new.plant.pictures.asked


KEPT = """
  window.blobs = new Set();
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (blob) => { const url = createObjectURL(blob); blobs.add(url); return url; };
  URL.revokeObjectURL = (url) => { blobs.delete(url); revokeObjectURL(url); };
"""
"""Counts the pictures that the page keeps."""


def sign_out(new: Visit) -> None:
    new.page.get_by_role("button", name="ada").click()
    new.page.get_by_role("button", name="Sign out", exact=True).click()
    new.page.get_by_label("Your key").wait_for()


def test_nothing_is_kept_of_what_a_person_saw_who_signed_out(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.page.add_init_script(KEPT)
    from_a_large_camera(new, 3)
    new.sign_in(to=STORY)
    expect(new.page.locator(f"{ROWS}[src^='blob:']")).to_have_count(3)
    expect(new.page.locator(".picture image").first).to_have_attribute("href", BLOB)
    assert new.page.evaluate("blobs.size") == 4
    sign_out(new)
    assert new.page.evaluate("blobs.size") == 0


def test_pictures_that_still_wait_do_not_disturb_who_signs_in_next(visit: Callable[..., Visit]) -> None:
    new = visit()
    from_a_large_camera(new, 12)
    new.delays["/picture"] = 1.5
    new.sign_in(to=STORY)
    expect(new.page.locator(ROWS)).to_have_count(12)
    sign_out(new)
    new.page.get_by_label("Your key").fill("lw_")
    new.page.wait_for_timeout(3000)
    expect(new.page.get_by_label("Your key")).to_have_value("lw_")
    expect(new.page.locator("#key-error")).to_be_empty()


def test_a_picture_that_failed_is_not_asked_for_again_once_its_person_has_left(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.pictures.fault = PictureUnavailable("try again")
    from_a_large_camera(new, 2)
    new.sign_in(to=STORY)
    expect(new.page.locator(ROWS)).to_have_count(2)
    sign_out(new)
    new.page.get_by_label("Your key").fill("lw_")
    new.page.wait_for_timeout(3000)
    expect(new.page.get_by_label("Your key")).to_have_value("lw_")
    expect(new.page.locator("#key-error")).to_be_empty()


def test_what_is_newest_does_not_wait_for_the_pictures_of_all_that_came_before(visit: Callable[..., Visit]) -> None:
    new = visit(width=1920)
    from_a_large_camera(new, 24)
    new.delays["/picture"] = 0.5
    new.sign_in(to=STORY)
    expect(new.page.locator(ROWS)).to_have_count(24)
    newest = new.plant.inspect("newest", width=4000, height=3000, boxes=())
    expect(new.page.locator(ROWS)).to_have_count(25)
    before = len(new.plant.pictures.asked)
    expect(new.page.locator(".inspections li").first.locator("img")).to_have_attribute("src", BLOB)
    expect(new.page.locator(".picture image").first).to_have_attribute("href", BLOB)
    asked = [each.image.key for each in new.plant.pictures.asked]
    assert asked.count(newest.key) == 2
    assert len(asked) - before <= 10, "those that had begun, those of the newest, and what began beside them"


def test_the_first_rows_are_loaded_first(visit: Callable[..., Visit]) -> None:
    new = visit()
    found = from_a_large_camera(new, 8)
    new.delays["/picture"] = 0.4
    new.sign_in(to=STORY)
    expect(new.page.locator(f"{ROWS}[src^='blob:']")).to_have_count(8)
    asked = [each.image.key for each in new.plant.pictures.asked if each.longest_side == 320]
    newest_first = [each.key for each in reversed(found)]
    assert set(asked[:4]) <= set(newest_first[:6])


def test_rows_without_a_picture_get_one_when_the_browser_is_online_again(visit: Callable[..., Visit]) -> None:
    """The same small pictures, not the whole images that stand in for them."""
    new = visit()
    asked: list[str] = []
    new.page.on("request", lambda request: asked.append(request.url))
    from_a_large_camera(new, 12)
    for nowhere in ("**/picture?*", "**/images/**"):
        new.page.route(nowhere, lambda route: route.abort())
    new.sign_in(to=STORY)
    expect(new.page.locator(f"{ROWS}.missing")).to_have_count(12)
    new.page.unroute_all()
    asked.clear()
    new.page.evaluate("dispatchEvent(new Event('online'))")
    expect(new.page.locator(f"{ROWS}[src^='blob:']:not(.missing)")).to_have_count(12)
    assert not [url for url in asked if "/images/" in url]
    new.page.evaluate("dispatchEvent(new Event('online'))")
    new.page.wait_for_timeout(500)
    assert len([url for url in asked if "longest_side=320" in url]) == 12
