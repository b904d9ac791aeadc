"""What nothing can process is kept, and then taken out of the way."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.core.errors import NotSent
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.unreadable import Unreadable
from chalicelib.recovery.ports import DeadLetter, DeadLetterQueue
from chalicelib.recovery.redrive import (
    UNREADABLE_ITEMS,
    FailedImages,
    Outcome,
    RedriveRoute,
    UnreadableItems,
    dead_letters_in,
    redrive,
    refuse_to_send,
    set_aside,
)
from tests.support.builders import NOON, FakeClock, an_inspection
from tests.support.fake_inspections import FakeInspections
from tests.support.fake_recovery import FakeArchive, FakeDeadLetterQueue, a_dead_letter

BROKEN = Unreadable("inspections table", "i1", "ValueError: verdict", '{"verdict": "blue"}')


@dataclass
class FullArchive(FakeArchive):
    """Has no space for the message `m1`."""

    def keep(self, name: str, content: str) -> str:
        if "m1" in name:
            raise OSError("no space")
        return super().keep(name, content)


@dataclass
class WithoutFailed(FakeInspections):
    """No item of it is a failed one, so only the ids find the broken ones."""

    def failed(self) -> Iterator[Inspection | Unreadable]:
        return iter(())


def everything(_dead_letter: DeadLetter) -> bool:
    return True


def put_aside(queue: DeadLetterQueue, archive: FakeArchive) -> list[Outcome]:
    return list(set_aside([RedriveRoute(queue, refuse_to_send)], everything, archive=archive))


def test_a_dead_letter_is_kept_whole_and_removed() -> None:
    queue, archive = FakeDeadLetterQueue([a_dead_letter("a/1", attributes={"key": "images/a"})]), FakeArchive()
    [outcome] = put_aside(queue, archive)
    assert (outcome.dead_letter.message_id, outcome.error) == ("a/1", None)
    assert queue.dead_letters == []
    [(name, content)] = archive.kept.items()
    assert name == "results-dlq/a%2F1.json"
    kept = json.loads(content)
    assert (kept["body"], kept["error"]) == ("{}", "OSError: the disk is full")
    assert kept["attributes"] == {"key": "images/a"}


def test_only_the_chosen_dead_letters_are_set_aside() -> None:
    queue = FakeDeadLetterQueue([a_dead_letter("m1"), a_dead_letter("m2")])
    routes = [RedriveRoute(queue, refuse_to_send)]
    list(set_aside(routes, lambda dead_letter: dead_letter.message_id == "m2", archive=FakeArchive()))
    assert [dead_letter.message_id for dead_letter in queue.dead_letters] == ["m1"]


def test_a_dead_letter_that_cannot_be_kept_stays_and_does_not_affect_the_others() -> None:
    queue = FakeDeadLetterQueue([a_dead_letter("m1"), a_dead_letter("m2")])
    outcomes = put_aside(queue, FullArchive())
    assert [str(outcome.error) for outcome in outcomes] == ["no space", "None"]
    assert [dead_letter.message_id for dead_letter in queue.dead_letters] == ["m1"]


def test_a_failed_image_is_not_set_aside() -> None:
    inspections, archive = FakeInspections(), FakeArchive()
    inspections.commit(an_inspection(verdict=Verdict.FAILED, revision=0, original_message="as it came"))
    [outcome] = put_aside(FailedImages(inspections), archive)
    assert isinstance(outcome.error, NotSent)
    assert archive.kept == {}
    assert len(inspections.items) == 1


def test_an_item_that_cannot_be_read_is_a_dead_letter_until_it_is_set_aside() -> None:
    inspections, archive = FakeInspections(broken={"i1": BROKEN}), FakeArchive()
    items = UnreadableItems(inspections, FakeClock(), ["i1"])
    [found] = dead_letters_in([RedriveRoute(items, refuse_to_send)])
    assert (found.message_id, found.queue, found.since) == ("i1", UNREADABLE_ITEMS, NOON)
    assert (found.body, found.error) == (BROKEN.content, BROKEN.reason)
    [outcome] = put_aside(items, archive)
    assert outcome.error is None
    assert list(archive.kept) == ["unreadable-items/i1.json"]
    assert inspections.broken == {}


def test_an_item_that_is_not_a_failed_one_is_found_by_its_id_only() -> None:
    inspections = WithoutFailed(broken={"i1": BROKEN})
    for ids, expected in (([], []), (["i1", "unknown"], ["i1"])):
        with UnreadableItems(inspections, FakeClock(), ids).held() as found:
            assert [dead_letter.message_id for dead_letter in found] == expected


def test_an_item_that_can_be_read_is_not_set_aside() -> None:
    inspections = FakeInspections()
    inspection = an_inspection()
    inspections.commit(inspection)
    assert put_aside(UnreadableItems(inspections, FakeClock(), [inspection.inspection_id]), FakeArchive()) == []
    assert len(inspections.items) == 1


def test_an_item_that_cannot_be_read_is_not_sent_and_the_error_says_what_to_do() -> None:
    inspections = FakeInspections(broken={"i1": BROKEN})
    [outcome] = redrive([RedriveRoute(UnreadableItems(inspections, FakeClock()), refuse_to_send)], everything)
    assert isinstance(outcome.error, NotSent)
    assert "dead-letters set-aside" in str(outcome.error)
    assert inspections.broken == {"i1": BROKEN}
