"""An administrator makes and revokes keys, and sees when people are alerted and what is kept for how long."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from chalicelib.access.domain import Role
from chalicelib.alerts.rules import AlertRule, ProjectAlerts
from chalicelib.core.inspection import Verdict
from tests.page.conftest import Visit
from tests.support.fake_api import STAGE_SETTINGS

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
    expect(row.locator("[data-name=Made]")).to_contain_text(made.made_by)
    assert token not in new.page.content()


def test_a_secret_stays_until_the_person_says_that_they_have_it(visit: Callable[..., Visit]) -> None:
    """Neither Escape nor Back loses it. Another person who signs in does not see it."""
    new = visit()
    new.sign_in(to="models")
    new.go("admin")

    def made() -> str:
        new.page.get_by_role("button", name="New key").click()
        new.page.get_by_role("dialog").get_by_role("button", name="Make the key").click()
        return new.page.locator(".token").inner_text()

    token = made()
    for _ in range(3):
        new.page.keyboard.press("Escape")
    new.page.go_back()
    new.page.locator("main button", has_text="Train a version").wait_for()
    expect(new.page.locator(".token")).to_have_text(token)
    new.page.get_by_role("button", name="I have it").click()
    expect(new.page.get_by_role("dialog")).to_have_count(0)
    new.go("admin")
    made()
    link = new.plant.link(Role.VIEWER, "ben@example.com")
    new.page.evaluate("link => { location.hash = link }", f"#{link}")
    expect(new.page.get_by_role("button", name="ben", exact=True)).to_be_visible()
    expect(new.page.locator(".token")).to_have_count(0)


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
    for text in ("yours has the role viewer", "line-7", "0.35", "365 days", "for ever"):
        expect(main).to_contain_text(text)
    expect(main).not_to_contain_text("bolts")
    expect(new.page.get_by_role("button", name="New key")).to_have_count(0)
    expect(main.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize(("stage", "shown"), [("test", 2), ("local", 0)])
def test_how_to_deploy_a_setting_is_said_on_aws_and_not_on_a_local_stack(
    visit: Callable[..., Visit], stage: str, shown: int
) -> None:
    new = visit()
    new.plant.linewatch.administration.settings = replace(STAGE_SETTINGS, stage=stage)
    new.sign_in(to="admin")
    expect(new.page.locator("code", has_text="linewatch deploy")).to_have_count(shown)
    expect(new.page.locator("main")).to_contain_text("Within a minute this holds for new images.")


def test_an_admin_sets_when_a_line_alerts_and_resets_it(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.sign_in(to="admin")
    new.page.get_by_role("button", name="Settings of one line").click()
    dialog = new.page.get_by_role("dialog")
    dialog.get_by_label("Line").fill("line-1")
    dialog.get_by_label("Alert below the confidence").fill("0.4")
    dialog.get_by_label("Minutes").fill("1.5")
    dialog.get_by_label("images that cannot be inspected").uncheck()
    new.look("alert-settings-asked")
    dialog.get_by_role("button", name="Save").dblclick()
    row = new.page.get_by_role("row").filter(has_text="line-1")
    for text in ("0.40", "90 s", "images that cannot be inspected"):
        expect(row).to_contain_text(text)
    rules = new.plant.rules.stored["plates"]
    rule = AlertRule(confidence=0.4, window=timedelta(seconds=90), silent=frozenset({Verdict.REJECTED}))
    assert (rules.revision, rules.lines["line-1"], set(rules.lines)) == (1, rule, {"line-1", "line-7"})
    new.page.get_by_role("button", name="Remove the own settings of line-7?").click()
    dialog.get_by_role("button", name="Remove").click()
    expect(new.page.get_by_role("row").filter(has_text="line-7")).to_have_count(0)
    assert set(new.plant.rules.stored["plates"].lines) == {"line-1"}
    new.page.get_by_role("button", name="Reset").click()
    dialog.get_by_role("button", name="Reset").click()
    expect(new.page.locator("main")).to_contain_text("As the deployment has set it. Reset by")
    expect(new.page.get_by_role("row").filter(has_text="line-7")).to_have_count(1)
    expect(new.page.get_by_role("button", name="Reset")).to_have_count(0)
    assert new.plant.rules.stored["plates"].of_stage


def test_who_changes_alert_settings_that_somebody_else_has_changed_sees_that_first(visit: Callable[..., Visit]) -> None:
    new = visit()
    new.sign_in(to="admin")
    new.page.get_by_role("button", name="Change the alerts of All other lines").click()
    other = AlertRule(confidence=0.3)
    changed = ProjectAlerts(project="plates", others=AlertRule(), lines={"line-2": other}, revision=1, set_by="ben")
    new.plant.rules.put(changed)
    dialog = new.page.get_by_role("dialog")
    dialog.get_by_label("Alert below the confidence").fill("0.1")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("ben has changed the alert settings")
    expect(new.page.locator("main")).to_contain_text("line-2")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    stored = new.plant.rules.stored["plates"]
    assert (stored.revision, stored.others.confidence, stored.lines) == (2, 0.1, {"line-2": other})
