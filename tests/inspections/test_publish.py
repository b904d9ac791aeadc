"""Events go to the bus and, past it, to the lake."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.eventbridge import event_in, message_of
from chalicelib.core.errors import NotSent, PublishFailed
from chalicelib.core.events import event_of
from chalicelib.core.inspection import Verdict
from chalicelib.inspections.publish import BusAndLake
from tests.support.builders import an_inspection
from tests.support.fake_inspections import FakeBus

EVENTS = [event_of(an_inspection(image_id)) for image_id in "abc"]
REFUSED_BY_SQS = ["\ufffe", "\uffff"]


def test_every_event_goes_to_the_bus_and_to_the_lake() -> None:
    bus, sent = FakeBus(), list[str]()
    assert BusAndLake(bus, sent.extend).publish(EVENTS) == []
    assert bus.published == EVENTS
    assert [event_in(body) for body in sent] == EVENTS


def test_what_the_bus_will_never_accept_does_not_go_to_the_lake() -> None:
    """It becomes a dead letter, which publishes it to both when it is sent again."""
    sent: list[str] = []
    refused = BusAndLake(FakeBus(refused={"b": "too large"}), sent.extend).publish(EVENTS)
    assert refused == [(EVENTS[1], "too large")]
    assert [event_in(body).inspection.image_id for body in sent] == ["a", "c"]


def test_while_the_bus_is_down_nothing_goes_to_the_lake() -> None:
    sent: list[str] = []
    with pytest.raises(PublishFailed):
        BusAndLake(FakeBus(broken=True), sent.extend).publish(EVENTS)
    assert sent == []


def test_a_queue_that_fails_is_an_error_after_people_could_be_alerted() -> None:
    def down(bodies: Sequence[str]) -> None:
        raise NotSent(f"refused {len(bodies)}")

    bus = FakeBus()
    with pytest.raises(NotSent, match="refused 3"):
        BusAndLake(bus, down).publish(EVENTS)
    assert bus.published == EVENTS


@given(st.text(max_size=20), st.sampled_from(REFUSED_BY_SQS))
def test_a_message_has_no_character_that_sqs_refuses_and_is_read_back(text: str, refused: str) -> None:
    event = event_of(an_inspection(verdict=Verdict.FAILED, revision=0, original_message=f"{text}{refused}{text}"))
    body = message_of(event)
    assert not any(each in body for each in REFUSED_BY_SQS)
    assert event_in(body) == event
