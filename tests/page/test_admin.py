"""An administrator makes and revokes keys, and sees when people are alerted and what is kept for how long."""

from collections.abc import Callable

from playwright.sync_api import expect

from chalicelib.access.domain import Role
from tests.page.conftest import Visit

HOSTILE = "<img src=x onerror=alert(1)>"


def test_a_key_is_made_and_its_secret_is_shown_once(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.sign_in(to="admin")
    new.page.get_by_role("button", name="New key").click()
    dialog = new.page.get_by_role("dialog")
    dialog.get_by_label("Role").select_option("camera")
    dialog.get_by_label("Lines").fill("line-1 line-2")
    dialog.get_by_label("Whose").fill(HOSTILE)
    dialog.get_by_role("button", name="Make the key").dblclick()
    token = new.page.locator(".token").inner_text()
    new.look("key-made")
    [made] = [each for each in new.plant.keys.keys.values() if each.note == HOSTILE]
    assert (made.grant.role, made.grant.lines, made.grant.cameras) == (Role.CAMERA, ("line-1", "line-2"), ("*",))
    assert new.plant.linewatch.access.authorize(token) == made.grant
    new.page.get_by_role("button", name="I have it").click()
    row = new.page.get_by_role("row").filter(has_text=made.grant.key_id)
    expect(row).to_contain_text(HOSTILE)
    assert token not in new.page.content()


def test_a_key_is_revoked_after_a_question(visit: Callable[..., Visit]) -> None:
    new = visit()
    key_id = new.plant.key(Role.CAMERA).split("_")[1]
    new.sign_in(to="admin")
    row = new.page.get_by_role("row").filter(has_text=key_id)
    row.get_by_role("button", name="Revoke").click()
    new.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("revoked")
    assert new.plant.keys.keys[key_id].revoked_at is not None
    expect(row.get_by_role("button")).to_have_count(0)


def test_a_viewer_sees_the_settings_and_no_keys(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.sign_in(Role.VIEWER, to="admin")
    main = new.page.locator("main")
    for text in ("yours has the role viewer", "On line-7, below", "0.35", "365 days", "for ever"):
        expect(main).to_contain_text(text)
    expect(main).not_to_contain_text("bolts")
    expect(new.page.get_by_role("button", name="New key")).to_have_count(0)
