"""What the bus is told of the table's changes."""

import json
from typing import Any

import pytest

from chalicelib.adapters.dynamodb import inspection_in, to_item
from chalicelib.domain.inspection import Inspection, Verdict
from chalicelib.errors import PublishFailed
from chalicelib.events import AnyInspectionFact
from chalicelib.stages.relay import relay_changes
from tests.fakes import NOON, FakeBus, FakeDeadLetters, an_inspection


def change(inspection: Inspection, kind: str = "INSERT") -> dict[str, Any]:
    return {"eventName": kind, "dynamodb": {"NewImage": to_item(inspection)}}


def relay(changes: list[dict[str, Any]], bus: FakeBus, dead_letters: FakeDeadLetters) -> list[AnyInspectionFact]:
    return relay_changes(changes, translate=inspection_in, bus=bus, dead_letters=dead_letters)


def test_each_verdict_is_told_as_what_happened() -> None:
    bus, letters = FakeBus(), FakeDeadLetters()
    verdicts = [Verdict.NORMAL, Verdict.ANOMALOUS, Verdict.REJECTED, Verdict.FAILED]
    relay([change(an_inspection(verdict=verdict)) for verdict in verdicts], bus, letters)
    told = [fact.event_type for fact in bus.told]
    assert told == ["ImageInspected", "ImageInspected", "ImageRejected", "InspectionFailed"]
    assert [fact.inspection.verdict for fact in bus.told] == verdicts


def test_a_review_is_told_as_a_review() -> None:
    bus = FakeBus()
    reviewed = an_inspection(revision=2, review_label="anomaly", reviewed_by="ann", reviewed_at=NOON)
    relay([change(reviewed, "MODIFY")], bus, FakeDeadLetters())
    assert [fact.event_type for fact in bus.told] == ["InspectionReviewed"]


def test_a_removal_tells_nothing() -> None:
    bus = FakeBus()
    assert relay([{"eventName": "REMOVE", "dynamodb": {}}], bus, FakeDeadLetters()) == []


def test_the_same_change_told_twice_keeps_its_event_id() -> None:
    bus = FakeBus()
    for _ in range(2):
        relay([change(an_inspection())], bus, FakeDeadLetters())
    assert bus.told[0].event_id == bus.told[1].event_id


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"verdict": {"S": "blue"}}, "verdict"),
        ({"inspected_at": {"S": "0001-01-01T00:00:00+14:00"}}, "OverflowError: date value out of range"),
    ],
)
def test_a_poison_record_goes_whole_to_the_dead_letters_and_blocks_nobody(wrong: dict[str, Any], why: str) -> None:
    bus, letters = FakeBus(), FakeDeadLetters()
    poison: dict[str, Any] = {"eventName": "INSERT", "dynamodb": {"NewImage": to_item(an_inspection()) | wrong}}
    relay([change(an_inspection("a")), poison, change(an_inspection("b"))], bus, letters)
    assert [fact.inspection.image_id for fact in bus.told] == ["a", "b"]
    [(body, cause)] = letters.letters
    assert json.loads(body) == poison
    assert why in cause


def test_a_bus_that_is_down_fails_the_batch() -> None:
    with pytest.raises(PublishFailed):
        relay([change(an_inspection())], FakeBus(broken=True), FakeDeadLetters())
