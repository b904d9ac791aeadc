"""Dead letters are seen without being disturbed, and sent again without being lost."""

import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.dynamodb import inspection_in, to_item
from chalicelib.domain.inspection import Verdict
from chalicelib.errors import NotSent
from chalicelib.events import AnyInspectionFact
from chalicelib.ports import Letter
from chalicelib.stages.redriving import (
    FAILED_IMAGES,
    FailedImages,
    Redrivable,
    RefuseDeadLetters,
    letters,
    redrive,
    relay_again,
)
from chalicelib.stages.relay import relay_changes
from tests.fakes import FakeBus, FakeInspections, FakeLetterBox, a_letter, an_inspection


class Died(BaseException):
    """The process is gone: nothing of it catches this."""


@dataclass
class Road:
    """The way back; refuses some letters, and may die after any number."""

    refused: frozenset[str] = frozenset()
    dies_after: int | None = None
    sent: list[str] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        if letter.letter_id in self.refused:
            raise NotSent("closed")
        self.sent.append(letter.letter_id)
        if len(self.sent) == self.dies_after:
            raise Died


def everything(_letter: Letter) -> bool:
    return True


def test_a_look_takes_nothing_away() -> None:
    boxes = [FakeLetterBox([a_letter("m1")]), FakeLetterBox([a_letter("m2"), a_letter("m3")])]
    found = letters([Redrivable(box, Road().send) for box in boxes])
    assert [letter.letter_id for letter in found] == ["m1", "m2", "m3"]
    assert [len(box.letters) for box in boxes] == [1, 2]


def test_only_what_is_chosen_is_sent_again_and_forgotten() -> None:
    box, road = FakeLetterBox([a_letter("m1"), a_letter("m2")]), Road()
    [outcome] = redrive([Redrivable(box, road.send)], lambda letter: letter.letter_id == "m2")
    assert (outcome.letter.letter_id, outcome.error) == ("m2", None)
    assert road.sent == ["m2"]
    assert [letter.letter_id for letter in box.letters] == ["m1"]


def test_a_letter_that_cannot_be_sent_stays_and_harms_no_other() -> None:
    box = FakeLetterBox([a_letter("m1"), a_letter("m2")])
    outcomes = list(redrive([Redrivable(box, Road(frozenset({"m1"})).send)], everything))
    assert [str(outcome.error) for outcome in outcomes] == ["closed", "None"]
    assert [letter.letter_id for letter in box.letters] == ["m1"]


@given(st.integers(1, 6), st.data())
def test_a_redrive_that_dies_anywhere_loses_nothing(count: int, data: st.DataObject) -> None:
    box = FakeLetterBox([a_letter(str(at)) for at in range(count)])
    road = Road(dies_after=data.draw(st.integers(1, count)))
    with pytest.raises(Died):
        list(redrive([Redrivable(box, road.send)], everything))
    road.dies_after = None
    list(redrive([Redrivable(box, road.send)], everything))
    assert set(road.sent) == {str(at) for at in range(count)}
    assert len(road.sent) <= count + 1
    assert box.letters == []


def test_a_failed_image_is_a_dead_letter_until_its_new_verdict_takes_its_place() -> None:
    inspections, road = FakeInspections(), Road()
    failed = an_inspection(verdict=Verdict.FAILED, revision=0, reason="no model", original_message="as it came")
    inspections.commit(failed)
    inspections.commit(an_inspection("b"))
    places = [Redrivable(FailedImages(inspections), road.send)]
    [outcome] = redrive(places, lambda letter: "model" in letter.cause)
    assert (outcome.letter.letter_id, outcome.letter.body) == (failed.inspection_id, "as it came")
    assert (outcome.letter.place, outcome.letter.since) == (FAILED_IMAGES, failed.inspected_at)
    assert [letter.letter_id for letter in letters(places)] == [failed.inspection_id]
    assert inspections.commit(an_inspection())
    assert list(letters(places)) == []


def test_a_record_of_the_stream_is_relayed_once_it_can_be_translated() -> None:
    bus = FakeBus()
    relay_again(a_letter(body=json.dumps(a_record())), relay=lambda changes: relayed(changes, bus))
    assert [fact.inspection for fact in bus.told] == [an_inspection()]


def test_a_record_that_still_cannot_be_translated_stays_with_its_cause() -> None:
    record = a_record()
    record["dynamodb"]["NewImage"]["verdict"] = {"S": "blue"}
    box = FakeLetterBox([a_letter(body=json.dumps(record))])
    place = Redrivable(box, lambda letter: relay_again(letter, relay=lambda changes: relayed(changes, FakeBus())))
    [outcome] = redrive([place], everything)
    assert isinstance(outcome.error, NotSent)
    assert "verdict" in str(outcome.error)
    assert len(box.letters) == 1


def a_record() -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    return {"eventName": "INSERT", "dynamodb": {"NewImage": to_item(an_inspection())}}  # type: ignore[dict-item]


def relayed(changes: object, bus: FakeBus) -> list[AnyInspectionFact]:
    return relay_changes(changes, translate=inspection_in, bus=bus, dead_letters=RefuseDeadLetters())  # type: ignore[arg-type]
