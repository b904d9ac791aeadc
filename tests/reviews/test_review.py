"""Who may answer what of which inspection."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from chalicelib.access.domain import Grant, Role
from chalicelib.core.answer import LONGEST_COMMENT, LONGEST_KIND, MOST_ANSWERS
from chalicelib.core.errors import CannotReview, Forbidden, NotFound, StaleRevision
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.inspections.items import to_item
from chalicelib.reviews.review import NewAnswer
from linewatch.dev.bench.replay import item_bytes
from tests.reviews.desk import BOB, Desk
from tests.support.builders import an_inspection
from tests.support.fake_reviews import FakeStoredImages

LARGEST_ITEM = 400_000
"""Bytes that DynamoDB allows."""


@pytest.fixture
def desk() -> Desk:
    return Desk(an_inspection())


def test_an_answer_is_added_with_who_and_when_and_what_the_machine_had_said(desk: Desk) -> None:
    now = desk.answer(kind=" scratch ", comment="below the hole")
    assert now == desk.stored
    [answer] = now.answers
    assert (answer.label, answer.kind, answer.comment, answer.revision) == ("anomalous", "scratch", "below the hole", 2)
    assert (answer.reviewed_by, answer.reviewed_at) == ("ann", desk.clock())
    assert (answer.verdict, answer.confidence, answer.model_version) == (Verdict.NORMAL, 0.75, "1")
    assert (now.verdict, now.revision) == (Verdict.NORMAL, 2)


def test_who_answers_to_an_older_revision_gets_the_present_one(desk: Desk) -> None:
    desk.answer()
    with pytest.raises(StaleRevision) as refused:
        desk.answer(BOB, verdict="normal")
    assert refused.value.revision == 2
    desk.answer(BOB, revision=2, verdict="normal")
    assert [(answer.reviewed_by, answer.label) for answer in desk.stored.answers] == [
        ("ann", "anomalous"),
        ("bob", "normal"),
    ]


def test_the_same_answer_sent_again_is_stored_once_also_after_another_ones_answer(desk: Desk) -> None:
    desk.answer(kind="dent")
    assert desk.answer(kind="dent") == desk.stored
    desk.answer(BOB, revision=2, verdict="normal")
    assert desk.answer(kind="dent") == desk.stored
    assert len(desk.stored.answers) == 2
    with pytest.raises(StaleRevision):
        desk.answer(kind="scratch")


def test_a_person_may_answer_again(desk: Desk) -> None:
    desk.answer()
    desk.answer(revision=2)
    assert [answer.revision for answer in desk.stored.answers] == [2, 3]


@pytest.mark.parametrize("verdict", [Verdict.UNFAMILIAR, Verdict.FAILED])
def test_a_part_that_the_machine_said_nothing_of_can_be_judged(verdict: Verdict) -> None:
    desk = Desk(an_inspection(verdict=verdict, revision=0, confidence=None, reason="why"))
    assert desk.answer(revision=0).review_label == "anomalous"


def test_a_rejected_or_deleted_image_cannot_be_judged(desk: Desk) -> None:
    rejected = Desk(an_inspection(verdict=Verdict.REJECTED, reason="the image is truncated", confidence=None))
    with pytest.raises(CannotReview, match=r"rejected, .*: the image is truncated"):
        rejected.answer()
    desk.images.gone.add(desk.inspection.key)
    with pytest.raises(CannotReview, match="deleted"):
        desk.answer()
    assert desk.stored.answers == ()


def test_the_answers_of_an_inspection_are_limited_so_that_its_item_keeps_below_what_a_table_holds() -> None:
    message = "🔩" * 64 * 1024
    desk = Desk(an_inspection(verdict=Verdict.FAILED, revision=0, reason="🔩" * 4000, original_message=message))
    for revision in range(MOST_ANSWERS):
        desk.answer(revision=revision, kind="🔩" * LONGEST_KIND, comment="🔩" * LONGEST_COMMENT)
    with pytest.raises(CannotReview, match="20 answers"):
        desk.answer(revision=MOST_ANSWERS)
    assert item_bytes(to_item(desk.stored)) < LARGEST_ITEM


@pytest.mark.parametrize(
    ("grant", "error"),
    [
        (Grant("k", Role.OPERATOR, "rings"), NotFound),
        (Grant("k", Role.OPERATOR, "plates", ("line-2",)), Forbidden),
        (Grant("k", Role.OPERATOR, "plates", ("*",), ("cam-2",)), Forbidden),
    ],
)
def test_only_who_may_see_an_inspection_may_review_it(desk: Desk, grant: Grant, error: type[Exception]) -> None:
    with pytest.raises(error):
        desk.answer(grant)
    assert desk.stored.answers == ()


def test_a_shadow_run_is_not_reviewed() -> None:
    with pytest.raises(NotFound):
        Desk(an_inspection(run="shadow#2")).answer()


def test_an_image_that_fails_again_at_that_moment_is_reviewed_as_it_is_then() -> None:
    """Its revision is the same, but what is stored is not what the answer was made from."""
    first = an_inspection(verdict=Verdict.FAILED, revision=0, reason="no model", confidence=None)
    desk = Desk(first)

    class Images(FakeStoredImages):
        def has(self, inspection: Inspection) -> bool:
            again = an_inspection(verdict=Verdict.FAILED, revision=0, reason="timed out", confidence=None)
            desk.table.commit(again)
            return True

    desk.images = Images()
    assert desk.answer(revision=0) == desk.stored
    assert (desk.stored.reason, len(desk.stored.answers)) == ("timed out", 1)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"verdict": "rejected"}, "verdict"),
        ({"verdict": "unfamiliar"}, "verdict"),
        ({"verdict": None}, "verdict"),
        ({"kind": "x" * (LONGEST_KIND + 1)}, "kind"),
        ({"kind": "  "}, "kind"),
        ({"comment": "x" * (LONGEST_COMMENT + 1)}, "comment"),
        ({"comment": "\ud800"}, "comment"),
        ({"revision": -1}, "revision"),
        ({"revision": "1"}, "revision"),
        ({"revision": 2**53 + 1}, "revision"),
        ({"reviewed_by": "bob"}, "reviewed_by"),
        ({"verdict": "normal", "kind": "dent"}, ""),
    ],
)
def test_a_wrong_answer_is_refused_with_its_field(said: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        NewAnswer.model_validate({"verdict": "anomalous", "revision": 1} | said)
    assert [".".join(map(str, error["loc"])) for error in refused.value.errors()] == [field] if field else [""]


def test_time_is_that_of_the_answer(desk: Desk) -> None:
    desk.clock.pass_by(3600)
    assert desk.answer().reviewed_at == desk.inspection.inspected_at + timedelta(seconds=3599)
