"""Dead letters are listed without a change, and sent again without a loss."""

import json
from dataclasses import dataclass, field
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import NotSent
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.inspection import Verdict
from chalicelib.inspections.items import inspection_in, to_item
from chalicelib.inspections.relay import relay_changes
from chalicelib.recovery.ports import DeadLetter
from chalicelib.recovery.redrive import (
    FAILED_IMAGES,
    FailedImages,
    RedriveRoute,
    RefuseDeadLetters,
    dead_letters_in,
    redrive,
    relay_again,
)
from tests.support.builders import an_inspection
from tests.support.fake_inspections import FakeBus, FakeInspections
from tests.support.fake_recovery import FakeDeadLetterQueue, a_dead_letter


class Died(BaseException):
    """The process was killed: nothing in it catches this."""


@dataclass
class FakeRoute:
    """Sends dead letters; refuses some, and may die after any number."""

    refused: frozenset[str] = frozenset()
    dies_after: int | None = None
    sent: list[str] = field(default_factory=list)

    def send(self, dead_letter: DeadLetter) -> None:
        if dead_letter.message_id in self.refused:
            raise NotSent("closed")
        self.sent.append(dead_letter.message_id)
        if len(self.sent) == self.dies_after:
            raise Died


def everything(_dead_letter: DeadLetter) -> bool:
    return True


def test_listing_dead_letters_deletes_none() -> None:
    queues = [
        FakeDeadLetterQueue([a_dead_letter("m1")]),
        FakeDeadLetterQueue([a_dead_letter("m2"), a_dead_letter("m3")]),
    ]
    found = dead_letters_in([RedriveRoute(queue, FakeRoute().send) for queue in queues])
    assert [dead_letter.message_id for dead_letter in found] == ["m1", "m2", "m3"]
    assert [len(queue.dead_letters) for queue in queues] == [1, 2]


def test_only_the_chosen_dead_letters_are_sent_again_and_deleted() -> None:
    queue, route = FakeDeadLetterQueue([a_dead_letter("m1"), a_dead_letter("m2")]), FakeRoute()
    [outcome] = redrive([RedriveRoute(queue, route.send)], lambda dead_letter: dead_letter.message_id == "m2")
    assert (outcome.dead_letter.message_id, outcome.error) == ("m2", None)
    assert route.sent == ["m2"]
    assert [dead_letter.message_id for dead_letter in queue.dead_letters] == ["m1"]


def test_a_dead_letter_that_cannot_be_sent_stays_and_does_not_affect_the_others() -> None:
    queue = FakeDeadLetterQueue([a_dead_letter("m1"), a_dead_letter("m2")])
    outcomes = list(redrive([RedriveRoute(queue, FakeRoute(frozenset({"m1"})).send)], everything))
    assert [str(outcome.error) for outcome in outcomes] == ["closed", "None"]
    assert [dead_letter.message_id for dead_letter in queue.dead_letters] == ["m1"]


@given(st.integers(1, 6), st.data())
def test_a_redrive_that_dies_at_any_point_loses_nothing(count: int, data: st.DataObject) -> None:
    queue = FakeDeadLetterQueue([a_dead_letter(str(at)) for at in range(count)])
    route = FakeRoute(dies_after=data.draw(st.integers(1, count)))
    with pytest.raises(Died):
        list(redrive([RedriveRoute(queue, route.send)], everything))
    route.dies_after = None
    list(redrive([RedriveRoute(queue, route.send)], everything))
    assert set(route.sent) == {str(at) for at in range(count)}
    assert len(route.sent) <= count + 1
    assert queue.dead_letters == []


def test_a_failed_image_is_a_dead_letter_until_a_verdict_replaces_it() -> None:
    inspections, route = FakeInspections(), FakeRoute()
    failed = an_inspection(verdict=Verdict.FAILED, revision=0, reason="no model", original_message="as it came")
    inspections.commit(failed)
    inspections.commit(an_inspection("b"))
    routes = [RedriveRoute(FailedImages(inspections), route.send)]
    [outcome] = redrive(routes, lambda dead_letter: "model" in dead_letter.error)
    assert (outcome.dead_letter.message_id, outcome.dead_letter.body) == (failed.inspection_id, "as it came")
    assert (outcome.dead_letter.queue, outcome.dead_letter.since) == (FAILED_IMAGES, failed.inspected_at)
    assert [dead_letter.message_id for dead_letter in dead_letters_in(routes)] == [failed.inspection_id]
    assert inspections.commit(an_inspection())
    assert list(dead_letters_in(routes)) == []


def test_a_record_of_the_stream_is_relayed_when_it_can_be_translated() -> None:
    bus = FakeBus()
    relay_again(a_dead_letter(body=json.dumps(a_record())), relay=lambda changes: relayed(changes, bus))
    assert [event.inspection for event in bus.published] == [an_inspection()]


def test_a_record_that_still_cannot_be_translated_stays_with_its_error() -> None:
    record = a_record()
    record["dynamodb"]["NewImage"]["verdict"] = {"S": "blue"}
    queue = FakeDeadLetterQueue([a_dead_letter(body=json.dumps(record))])
    redrive_route = RedriveRoute(queue, partial(relay_again, relay=lambda changes: relayed(changes, FakeBus())))
    [outcome] = redrive([redrive_route], everything)
    assert isinstance(outcome.error, NotSent)
    assert "verdict" in str(outcome.error)
    assert len(queue.dead_letters) == 1


def a_record() -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    return {"eventName": "INSERT", "dynamodb": {"NewImage": to_item(an_inspection())}}  # type: ignore[dict-item]


def relayed(changes: object, bus: FakeBus) -> list[AnyInspectionEvent]:
    return relay_changes(changes, translate=inspection_in, publisher=bus, dead_letters=RefuseDeadLetters())  # type: ignore[arg-type]
