"""When alerts and digests are sent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.alerts.domain import Claim, State, Window
from chalicelib.alerts.notifications import Notification
from chalicelib.alerts.raise_alert import AlertOutcome, raise_alert
from chalicelib.alerts.rules import AlertRule
from chalicelib.alerts.send_digests import send_digests
from chalicelib.core.errors import AlertInFlight, LedgerBusy
from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.inspection import Verdict
from tests.support.builders import FakeClock, an_inspection
from tests.support.fake_alerts import FakeAlertLedger, FakeTopic
from tests.support.fake_inspections import FakeDeadLetterWriter

LENGTH = timedelta(minutes=5)


class World:
    """A ledger, a topic and a clock."""

    def __init__(self) -> None:
        self.ledger = FakeAlertLedger()
        self.topic = FakeTopic()
        self.dead_letters = FakeDeadLetterWriter()
        self.clock = FakeClock()

    def raise_alert(self, event: AnyInspectionEvent) -> AlertOutcome:
        return raise_alert(
            event,
            rule_of=lambda *_: AlertRule(window=LENGTH),
            api_url="https://api.example.com",
            ledger=self.ledger,
            topic=self.topic,
            clock=self.clock,
        )

    def send_digests(self) -> int:
        return send_digests(
            api_url="https://api.example.com",
            ledger=self.ledger,
            topic=self.topic,
            dead_letters=self.dead_letters,
            clock=self.clock,
        )

    def subjects(self) -> list[str]:
        return [notification.subject for notification in self.topic.sent]


def a_defect(image_id: str = "a", line: str = "line-1") -> AnyInspectionEvent:
    return event_of(an_inspection(image_id, verdict=Verdict.ANOMALOUS, line=line))


ALERT = "Defect Detection Alert - AssemblyLine: line-1 Camera: cam-1"


def test_a_certain_normal_verdict_alerts_nobody_and_makes_no_request() -> None:
    world = World()
    assert world.raise_alert(event_of(an_inspection())) is AlertOutcome.QUIET
    assert (world.topic.sent, world.ledger.claims) == ([], {})


def test_the_first_alert_of_a_line_is_sent_at_once_and_the_next_ones_in_one_digest() -> None:
    world = World()
    assert [world.raise_alert(a_defect(image_id)) for image_id in "abc"] == [
        AlertOutcome.SENT,
        AlertOutcome.COUNTED,
        AlertOutcome.COUNTED,
    ]
    assert world.subjects() == [ALERT]
    assert world.send_digests() == 0
    world.clock.pass_by(300)
    assert world.send_digests() == 1
    assert world.subjects() == [ALERT, "Alert Digest (2 more anomalous) - AssemblyLine: line-1"]
    assert (world.send_digests(), world.ledger.windows) == (0, {})


def test_lines_do_not_share_a_window() -> None:
    world = World()
    assert world.raise_alert(a_defect("a")) is AlertOutcome.SENT
    assert world.raise_alert(a_defect("b", line="line-2")) is AlertOutcome.SENT


def test_a_camera_that_sends_unfamiliar_images_hides_no_defect() -> None:
    world = World()
    unfamiliar = [event_of(an_inspection(f"u{number}", verdict=Verdict.UNFAMILIAR)) for number in range(30)]
    outcomes = [world.raise_alert(event) for event in unfamiliar]
    assert outcomes == [AlertOutcome.SENT] + [AlertOutcome.COUNTED] * 29
    assert world.raise_alert(a_defect("a")) is AlertOutcome.SENT
    assert world.raise_alert(a_defect("b")) is AlertOutcome.COUNTED
    world.clock.pass_by(300)
    assert world.send_digests() == 2
    assert world.subjects()[2:] == [
        "Alert Digest (29 more unfamiliar) - AssemblyLine: line-1",
        "Alert Digest (1 more anomalous) - AssemblyLine: line-1",
    ]


def test_a_single_alert_has_no_digest() -> None:
    world = World()
    world.raise_alert(a_defect())
    world.clock.pass_by(300)
    assert world.send_digests() == 0
    assert (world.subjects(), world.ledger.windows) == ([ALERT], {})


def test_after_its_window_a_line_alerts_at_once_again_also_while_no_digest_can_be_sent() -> None:
    world = World()
    for image_id in "abcd":
        world.raise_alert(a_defect(image_id))
        world.clock.pass_by(150)
    assert world.subjects() == [ALERT, ALERT]
    assert world.send_digests() == 2


def test_an_event_that_is_delivered_again_is_sent_or_counted_once() -> None:
    world = World()
    events = [a_defect("a"), a_defect("b")]
    assert [world.raise_alert(event) for event in events] == [AlertOutcome.SENT, AlertOutcome.COUNTED]
    world.clock.pass_by(301)
    assert [world.raise_alert(event) for event in events] == [AlertOutcome.KNOWN, AlertOutcome.KNOWN]
    assert world.send_digests() == 1
    assert world.subjects() == [ALERT, "Alert Digest (1 more anomalous) - AssemblyLine: line-1"]


def test_an_alert_that_could_not_be_sent_is_sent_by_its_next_delivery() -> None:
    world = World()
    world.topic.broken = True
    with pytest.raises(ConnectionError):
        world.raise_alert(a_defect())
    world.topic.broken = False
    assert world.raise_alert(a_defect()) is AlertOutcome.SENT
    assert world.subjects() == [ALERT]


def test_an_alert_that_another_worker_is_sending_is_tried_again_after_its_hold() -> None:
    world = World()
    event = a_defect()
    world.ledger.claims[event.event_id] = Claim(event.event_id, State.HELD, world.clock() + timedelta(seconds=50))
    with pytest.raises(AlertInFlight, match="being sent by another worker"):
        world.raise_alert(event)
    world.clock.pass_by(50)
    assert world.raise_alert(event) is AlertOutcome.SENT


class Unmarkable(FakeAlertLedger):
    """Fails to change a claim."""

    def change(self, claim: Claim, changed: Claim) -> bool:
        raise ConnectionError("the table is down")


def test_an_alert_that_was_sent_but_not_marked_is_not_delivered_again() -> None:
    world = World()
    world.ledger = Unmarkable()
    assert world.raise_alert(a_defect()) is AlertOutcome.SENT


class Stumbling(FakeAlertLedger):
    """Fails once to delete a window."""

    stumbled = False

    def forget(self, window: Window) -> None:
        if not self.stumbled:
            self.stumbled = True
            raise ConnectionError("the table is away")
        super().forget(window)


def test_a_sent_digest_is_recorded_at_the_second_attempt() -> None:
    world = World()
    world.ledger = Stumbling()
    for image_id in "ab":
        world.raise_alert(a_defect(image_id))
    world.clock.pass_by(300)
    assert world.send_digests() == 1
    assert world.ledger.windows == {}


class Restless(FakeAlertLedger):
    """Another worker always writes first."""

    def enter(self, claim: object, window: object) -> bool:
        return False


def test_an_alert_whose_window_keeps_changing_is_tried_again_later() -> None:
    world = World()
    world.ledger = Restless()
    with pytest.raises(LedgerBusy, match="plates/line-1 are changing too fast"):
        world.raise_alert(a_defect())
    assert world.topic.sent == []


def test_a_digest_that_could_not_be_sent_is_sent_by_a_later_run_with_the_same_id() -> None:
    world = World()
    for image_id in "ab":
        world.raise_alert(a_defect(image_id))
    world.clock.pass_by(300)
    world.topic.broken = True
    with pytest.raises(ExceptionGroup, match="1 windows could not be closed"):
        world.send_digests()
    world.topic.broken = False
    assert world.send_digests() == 0
    world.clock.pass_by(60)
    assert world.send_digests() == 1
    assert world.topic.sent[-1].attributes["alert_id"] == f"digest-{a_defect('a').event_id}"


class PickyTopic(FakeTopic):
    """Refuses notifications about line-1."""

    def publish(self, notification: Notification) -> None:
        if notification.attributes["line"] == "line-1":
            raise ConnectionError("no line-1")
        self.sent.append(notification)


def test_a_digest_that_fails_does_not_stop_the_others() -> None:
    world = World()
    for line in ("line-1", "line-2"):
        for image_id in "ab":
            world.raise_alert(a_defect(f"{line}-{image_id}", line=line))
    world.topic = PickyTopic()
    world.clock.pass_by(300)
    with pytest.raises(ExceptionGroup) as failure:
        world.send_digests()
    assert [str(error) for error in failure.value.exceptions] == ["no line-1"]
    assert world.subjects() == ["Alert Digest (1 more anomalous) - AssemblyLine: line-2"]


def test_an_alert_during_the_sending_of_a_digest_belongs_to_the_next_window() -> None:
    world = World()
    for image_id in "ab":
        world.raise_alert(a_defect(image_id))
    [(name, window)] = world.ledger.windows.items()
    world.ledger.windows[name] = window.held(world.clock())
    assert world.raise_alert(a_defect("c")) is AlertOutcome.SENT
    assert world.ledger.windows[name] == replace(window, revision=3, held_until=world.clock())
