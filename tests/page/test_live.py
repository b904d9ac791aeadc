"""An operator sees whether the line is all right, and what is wrong with a part."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from chalicelib.access.domain import Role
from chalicelib.core.inspection import Verdict
from tests.page.conftest import Visit
from tests.page.plant import PROJECT

ROWS = ".inspections button"
STORY = "live/line-1"


def test_a_new_image_appears_within_two_polls_and_is_counted(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.morning(6)
    new.sign_in(to=STORY)
    expect(new.page.locator(".figures")).to_contain_text("6 normal")
    new.plant.inspect("part-new", Verdict.ANOMALOUS, camera="cam-9", probability=0.98)
    expect(new.page.locator(ROWS).first).to_contain_text("cam-9")
    expect(new.page.locator(".figures")).to_contain_text("1 anomalous")
    expect(new.page.locator(".caption")).to_contain_text("anomalous")
    expect(new.page.locator("[aria-live]")).to_contain_text("anomalous, cam-9")


def test_news_are_asked_for_a_second_after_the_last_answer(visit: Callable[..., Visit]) -> None:
    """By the browser's own clock, which stands still between: what is left is the time of one request."""
    new = visit()
    new.plant.morning(3)
    new.sign_in(to=STORY)
    expect(new.page.locator(ROWS)).to_have_count(3)
    new.page.clock.install()
    new.page.reload()
    expect(new.page.locator(ROWS)).to_have_count(3)
    new.plant.inspect("part-new", camera="cam-9")
    new.page.clock.run_for(1100)
    expect(new.page.locator(ROWS).first).to_contain_text("cam-9")


def test_what_waits_is_beside_the_state_of_the_model(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.morning(3)
    new.plant.versions()
    new.plant.depths.count, new.plant.depths.age = 1204, timedelta(minutes=4)
    new.sign_in(Role.VIEWER, to=STORY)
    now = new.page.locator(".now")
    expect(now).to_contain_text("version 3 running")
    expect(now).to_contain_text("1,204 images wait")
    expect(now).to_contain_text("the oldest for 4 min")
    new.plant.depths.count = 0
    expect(now).to_contain_text("nothing waits")


def test_an_operator_goes_through_the_images_by_keys(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.morning(8)
    new.sign_in(to=STORY)
    current = new.page.locator(f"{ROWS}[aria-current]")
    newest = new.page.locator(ROWS).first.inner_text()
    assert current.inner_text() == newest
    new.page.keyboard.press("j")
    new.page.keyboard.press("j")
    assert current.inner_text() == new.page.locator(ROWS).nth(2).inner_text()
    new.page.keyboard.press("k")
    new.page.keyboard.press("0")
    assert current.inner_text() == newest
    new.page.keyboard.press("j")
    new.page.keyboard.press("Enter")
    new.page.wait_for_url(re.compile("/inspections/"))
    new.page.go_back()
    new.page.locator(ROWS).first.wait_for()


def test_the_spot_is_marked_and_can_be_hidden(visit: Callable[..., Visit]) -> None:
    new = visit()
    found = new.plant.inspect("part-1", Verdict.ANOMALOUS, probability=0.98)
    new.sign_in(to=STORY)
    box = new.page.locator(".picture .box.worst")
    expect(box).to_be_visible()
    left, top, right, bottom = found.boxes[0]
    assert [float(box.get_attribute(each) or 0) for each in ("x", "y", "width", "height")] == [
        left,
        top,
        right - left,
        bottom - top,
    ]
    new.page.keyboard.press("b")
    expect(box).to_be_hidden()


def test_the_heat_map_comes_by_key(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.inspect("part-1", Verdict.ANOMALOUS, probability=0.98)
    new.sign_in(to=STORY)
    heat = new.page.locator(".picture .heat")
    expect(heat).to_be_hidden()
    new.page.keyboard.press("h")
    expect(heat).to_have_attribute("href", re.compile("^data:image/png"))
    new.look("heat")
    new.page.keyboard.press("h")
    expect(heat).to_be_hidden()


def test_the_heat_map_comes_while_the_mouse_is_on_the_picture(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.inspect("part-1", Verdict.ANOMALOUS, probability=0.98)
    new.sign_in(to=STORY)
    new.page.locator(".live .picture").hover()
    expect(new.page.locator(".picture .heat")).to_be_visible()
    new.page.locator(".brand").hover()
    expect(new.page.locator(".picture .heat")).to_be_hidden()


def test_a_line_is_chosen_at_the_top_and_kept_in_the_address(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.morning(3)
    new.sign_in()
    new.page.get_by_label("Line", exact=True).select_option("packing-2")
    new.page.wait_for_url(re.compile("/live/packing-2$"))
    expect(new.page.locator(ROWS)).to_have_count(3)


def test_who_goes_elsewhere_while_lines_are_asked_for_gets_there(visit: Callable[..., Visit]) -> None:
    """The answer comes after the new address, and before the browser says so."""
    new = visit()
    new.plant.morning(3)
    new.page.add_init_script(
        "addEventListener('hashchange', event => {"
        " if (!event.isTrusted) return;"
        " event.stopImmediatePropagation();"
        " setTimeout(() => dispatchEvent(new Event('hashchange')), 1000); })"
    )
    new.sign_in()
    new.page.locator(ROWS).first.wait_for()
    new.delays["/lines"] = 1.5
    new.page.evaluate("to => { location.hash = to }", f"#/{PROJECT}/live")
    with new.page.expect_response(lambda each: each.url.endswith("/lines")):
        new.page.wait_for_timeout(2000)
        new.page.evaluate("to => { location.hash = to }", f"#/{PROJECT}/models")
    expect(new.page.get_by_role("button", name="Train a version")).to_be_visible()
    expect(new.page).to_have_url(re.compile(f"#/{PROJECT}/models$"))


def test_the_time_of_a_digest_shows_what_was_then(visit: Callable[..., Visit]) -> None:
    new = visit()
    then = datetime.now(UTC) - timedelta(hours=3)
    new.plant.morning(3)
    new.plant.inspect("old", Verdict.ANOMALOUS, at=then)
    span = f"from={(then - timedelta(minutes=1)).isoformat()}&to={(then + timedelta(minutes=1)).isoformat()}"
    new.sign_in(to=f"{STORY}?verdict=anomalous&{span.replace('+', '%2B')}")
    expect(new.page.locator(ROWS)).to_have_count(1)


def test_an_empty_project_says_what_to_do_next(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.sign_in(Role.VIEWER)
    new.page.get_by_text("No line has sent an image yet").wait_for()
    new.look("empty")


def test_a_name_with_html_in_it_is_shown_as_it_is(visit: Callable[..., Visit]) -> None:
    """Nothing with such a name is accepted today; the page does not rely on that."""
    new = visit()
    new.plant.inspect("part-1", Verdict.UNFAMILIAR, reason="<img src=x onerror=alert(1)><b>dark</b>")
    [found] = new.plant.inspections.items.values()
    new.sign_in(to=f"inspections/{found.inspection_id}")
    new.page.get_by_text("<img src=x onerror=alert(1)><b>dark</b>").wait_for()
    assert new.page.locator("main b").count() == 0


def test_when_the_api_is_gone_what_was_there_stays_and_it_goes_on_later(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.morning(3)
    new.sign_in(to=STORY)
    new.page.route("**/inspections?*", lambda route: route.abort())
    expect(new.page.get_by_role("status")).to_contain_text("No new data")
    assert new.page.locator(ROWS).count() == 3
    new.page.unroute("**/inspections?*")
    expect(new.page.get_by_role("status")).to_be_hidden()


def test_an_image_that_was_deleted_says_so(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.inspect("part-1")
    new.plant.bucket.objects.clear()
    new.sign_in(to=STORY)
    expect(new.page.locator(".picture")).to_contain_text("no longer stored")


def test_the_wall_shows_the_line_without_the_frame(visit: Callable[..., Visit]) -> None:
    new = visit(1920)
    new.plant.morning(10)
    new.sign_in(to=STORY)
    new.page.keyboard.press("w")
    expect(new.page.get_by_role("link", name="Models")).to_be_hidden()
    expect(new.page.locator(".clock")).to_contain_text(re.compile(r"\d\d:\d\d"))
    new.page.keyboard.press("w")
    expect(new.page.get_by_role("link", name="Models")).to_be_visible()


INTERVALS = """
  window.running = new Map();
  const { setInterval, clearInterval } = window;
  window.setInterval = (work, pause) => { const id = setInterval(work, pause); running.set(id, work); return id; };
  window.clearInterval = (id) => { running.delete(id); clearInterval(id); };
"""
"""What the page does again and again."""


def test_the_clock_of_the_wall_stops_when_the_view_is_left(visit: Callable[..., Visit]) -> None:
    new = visit(width=1920)
    new.page.add_init_script(INTERVALS)
    new.plant.morning(3)
    new.sign_in(to=f"{STORY}?wall=1")
    turn = "running.forEach((work) => work()), running.size"
    assert new.page.evaluate(turn) == 1
    new.go("reports")
    assert new.page.evaluate(turn) == 0


def test_the_keys_are_shown(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.plant.morning(3)
    new.sign_in(to=STORY)
    new.page.keyboard.press("?")
    expect(new.page.get_by_role("dialog")).to_contain_text("Show or hide the heat map")
    new.look("keys")
    new.page.keyboard.press("Escape")
    expect(new.page.get_by_role("dialog")).to_have_count(0)


MAPS = """
  window.maps = [];
  window.Map = class extends Map { constructor(...given) { super(...given); maps.push(this); } };
"""


def test_a_screen_that_hangs_for_hours_keeps_no_link_that_has_ended(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.page.add_init_script(MAPS)
    first = new.plant.inspect("part-first")
    kept = f"maps.some((each) => each.get('{first.inspection_id}')?.url)"
    new.sign_in(to=STORY)
    expect(new.page.locator(ROWS)).to_have_count(1)
    assert new.page.evaluate(kept)
    for number in range(110):
        new.plant.inspect(f"part-{number}", camera="cam-9")
    expect(new.page.locator(ROWS)).to_have_count(100)
    new.page.evaluate("() => { const { now } = Date; Date.now = () => now() + 660000; }")
    new.plant.inspect("part-last", camera="cam-10")
    expect(new.page.locator(ROWS).first).to_contain_text("cam-10")
    assert not new.page.evaluate(kept)
