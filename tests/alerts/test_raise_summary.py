"""The summary of a day is sent once, with its numbers."""

from datetime import timedelta

import pytest

from chalicelib.alerts.domain import HOLD
from chalicelib.alerts.notifications import LONGEST_SUBJECT, drift_notification, summary_notification
from chalicelib.alerts.raise_alert import AlertOutcome, raise_notice
from chalicelib.core.errors import AlertInFlight
from chalicelib.core.events import DayInspected, DriftFound
from tests.alerts.test_raise_alert import LENGTH, World
from tests.support.builders import NOON
from tests.support.interleaving import Died

URL = "https://api.example"


def a_day(project: str = "plates", **counts: int) -> DayInspected:
    since = NOON - timedelta(days=1)
    return DayInspected.of(project, prefix="line-1", since=since, until=NOON, counts=counts, at=NOON)


def send(world: World, event: DayInspected | DriftFound) -> AlertOutcome:
    return raise_notice(event, api_url=URL, length=LENGTH, ledger=world.ledger, topic=world.topic, clock=world.clock)


def test_a_summary_is_sent_once_and_leaves_no_digest() -> None:
    world, event = World(), a_day(normal=8, anomalous=2)
    assert [send(world, event) for _ in range(2)] == [AlertOutcome.SENT, AlertOutcome.KNOWN]
    assert world.subjects() == ["End of Day (2 anomalous of 10) - Project: plates"]
    world.clock.pass_by(LENGTH.total_seconds() + 1)
    assert world.send_digests() == 0
    assert world.ledger.windows == {}


def test_a_summary_that_could_not_be_sent_is_sent_by_the_next_delivery() -> None:
    world, event = World(), a_day(normal=1)
    world.topic.broken = True
    with pytest.raises(ConnectionError):
        send(world, event)
    world.topic.broken = False
    assert send(world, event) is AlertOutcome.SENT


def test_a_worker_that_died_is_followed_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    world, event = World(), a_day(normal=1)

    def die(_notification: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(world.topic, "publish", die)
        with pytest.raises((Died, AlertInFlight)):
            send(world, event)
    if not world.topic.sent:
        world.clock.pass_by(HOLD.total_seconds())
    assert send(world, event) is AlertOutcome.SENT


def test_a_summary_says_what_is_missing_and_fits_into_a_mail() -> None:
    notification = summary_notification(a_day("p" * 64, normal=3, missing=2))
    assert "2 have no verdict" in notification.body
    assert "Missing: 2" in notification.body
    assert len(notification.subject) <= LONGEST_SUBJECT
    assert notification.attributes["verdict"] == ("normal", "missing")


def a_drift(camera: str = "cam-1") -> DriftFound:
    more = {"kind": "light", "since": NOON, "statistic": "brightness", "before": 120.5, "after": 80.0}
    return DriftFound.of("plates", "line-1", camera, found_on="2026-03-14", at=NOON, **more, examples=("a", "b"))


def test_each_drift_is_sent_once_also_of_two_cameras_at_the_same_time() -> None:
    world = World()
    events = [a_drift(), a_drift("cam-2"), a_drift()]
    assert [send(world, event) for event in events] == [AlertOutcome.SENT, AlertOutcome.SENT, AlertOutcome.KNOWN]
    assert world.subjects() == [f"Drift (light) - AssemblyLine: line-1 Camera: cam-{n}" for n in (1, 2)]


def test_the_notice_of_a_drift_says_since_when_what_changed_and_shows_before_and_after() -> None:
    notification = drift_notification(a_drift("c" * 64), "https://api.example")
    assert "Since: about 2026-03-14 12:00:00 UTC" in notification.body
    assert "brightness from 120.5 to 80" in notification.body
    assert "https://api.example/page#/plates/inspections/b" in notification.body
    assert len(notification.subject) <= LONGEST_SUBJECT
