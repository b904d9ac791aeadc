"""Changes of the table are published as events."""

import json
from typing import Any

import pytest

from chalicelib.core.errors import PublishFailed
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.inspections.items import inspection_in, to_item
from chalicelib.inspections.relay import relay_changes
from tests.support.builders import NOON, an_inspection
from tests.support.fake_inspections import FakeBus, FakeDeadLetterWriter


def change(inspection: Inspection, kind: str = "INSERT") -> dict[str, Any]:
    return {"eventName": kind, "dynamodb": {"NewImage": to_item(inspection)}}


def relay(changes: list[dict[str, Any]], bus: FakeBus, dead_letters: FakeDeadLetterWriter) -> list[AnyInspectionEvent]:
    return relay_changes(changes, translate=inspection_in, publisher=bus, dead_letters=dead_letters)


def test_each_verdict_is_published_as_its_event() -> None:
    bus, dead_letters = FakeBus(), FakeDeadLetterWriter()
    verdicts = list(Verdict)
    relay([change(an_inspection(verdict=verdict)) for verdict in verdicts], bus, dead_letters)
    event_types = [event.event_type for event in bus.published]
    assert event_types == ["ImageInspected", "ImageInspected", "ImageUnfamiliar", "ImageRejected", "InspectionFailed"]
    assert [event.inspection.verdict for event in bus.published] == verdicts


def test_a_review_is_published_as_a_review() -> None:
    bus = FakeBus()
    reviewed = an_inspection(revision=2, review_label="anomaly", reviewed_by="ann", reviewed_at=NOON)
    relay([change(reviewed, "MODIFY")], bus, FakeDeadLetterWriter())
    assert [event.event_type for event in bus.published] == ["InspectionReviewed"]


def test_a_removal_publishes_no_event_and_is_no_dead_letter() -> None:
    bus, dead_letters = FakeBus(), FakeDeadLetterWriter()
    removal = {"eventName": "REMOVE", "dynamodb": {"OldImage": to_item(an_inspection("a"))}}
    relay([removal, change(an_inspection("b"))], bus, dead_letters)
    assert [event.inspection.image_id for event in bus.published] == ["b"]
    assert dead_letters.written == []


def test_a_change_that_is_delivered_again_keeps_its_event_id() -> None:
    bus = FakeBus()
    for _ in range(2):
        relay([change(an_inspection())], bus, FakeDeadLetterWriter())
    assert bus.published[0].event_id == bus.published[1].event_id


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"verdict": {"S": "blue"}}, "verdict"),
        ({"inspected_at": {"S": "0001-01-01T00:00:00+14:00"}}, "must be of the years 1970 to 9998"),
    ],
)
def test_a_record_that_cannot_be_translated_becomes_a_dead_letter_and_blocks_no_other(
    wrong: dict[str, Any], expected: str
) -> None:
    bus, dead_letters = FakeBus(), FakeDeadLetterWriter()
    poison: dict[str, Any] = {"eventName": "INSERT", "dynamodb": {"NewImage": to_item(an_inspection()) | wrong}}
    relay([change(an_inspection("a")), poison, change(an_inspection("b"))], bus, dead_letters)
    assert [event.inspection.image_id for event in bus.published] == ["a", "b"]
    [(body, error)] = dead_letters.written
    assert json.loads(body) == poison
    assert expected in error


def test_a_bus_that_is_down_fails_the_batch() -> None:
    with pytest.raises(PublishFailed):
        relay([change(an_inspection())], FakeBus(broken=True), FakeDeadLetterWriter())


def test_a_record_whose_event_the_bus_will_never_accept_becomes_a_dead_letter_and_blocks_no_other() -> None:
    bus, dead_letters = FakeBus(refused={"b": "too large"}), FakeDeadLetterWriter()
    changes = [change(an_inspection(image_id)) for image_id in "abc"]
    published = relay(changes, bus, dead_letters)
    assert [event.inspection.image_id for event in published] == ["a", "c"]
    [(body, error)] = dead_letters.written
    assert (json.loads(body), error) == (changes[1], "too large")
