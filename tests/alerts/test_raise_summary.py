"""The summary of a day is sent once, with its numbers."""

from datetime import timedelta

import pytest

from chalicelib.alerts.domain import HOLD
from chalicelib.alerts.notifications import LONGEST_SUBJECT, summary_notification
from chalicelib.alerts.raise_alert import AlertOutcome, raise_summary
from chalicelib.core.errors import AlertInFlight
from chalicelib.core.events import DayInspected
from tests.alerts.test_raise_alert import LENGTH, World
from tests.support.builders import NOON
from tests.support.interleaving import Died


def a_day(project: str = "plates", **counts: int) -> DayInspected:
    since = NOON - timedelta(days=1)
    return DayInspected.of(project, prefix="line-1", since=since, until=NOON, counts=counts, at=NOON)


def send(world: World, event: DayInspected) -> AlertOutcome:
    return raise_summary(event, length=LENGTH, ledger=world.ledger, topic=world.topic, clock=world.clock)


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
