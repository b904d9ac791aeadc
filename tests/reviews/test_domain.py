"""A review is a person's last answer beside what the machine had said."""

from datetime import timedelta

import pytest

from chalicelib.core.answer import Action
from chalicelib.core.events import event_of
from chalicelib.core.inspection import Verdict
from chalicelib.core.verdict import Label
from chalicelib.inspections.domain import after_review, reviewed
from chalicelib.inspections.items import from_item, to_item
from chalicelib.reviews.domain import Review
from tests.support.builders import NOON, an_inspection

LATER = NOON + timedelta(hours=1)


def test_a_review_is_the_last_answer_and_the_others_stay() -> None:
    first = reviewed(an_inspection(), Label.NORMAL, kind=None, comment=None, by="ann", at=NOON)
    second = reviewed(first, Label.ANOMALOUS, kind="scratch", comment="deep", by="bob", at=LATER)
    review = Review.of(second)
    assert (review.label, review.kind, review.comment, review.reviewed_by) == ("anomalous", "scratch", "deep", "bob")
    assert (review.revision, review.reviewed_at) == (3, LATER)
    assert [(answer.revision, answer.reviewed_by) for answer in second.answers] == [(2, "ann"), (3, "bob")]
    assert (second.verdict, second.revision, second.review_label) == (Verdict.NORMAL, 3, "anomalous")


def test_a_line_that_was_stopped_stays_so_whatever_is_said_later() -> None:
    stopped = reviewed(
        an_inspection(), Label.ANOMALOUS, kind=None, comment=None, action=Action.LINE_STOPPED, by="ann", at=NOON
    )
    fine = reviewed(stopped, Label.NORMAL, kind=None, comment=None, by="bob", at=LATER)
    assert (Review.of(stopped).action, Review.of(fine).action) == ("line_stopped", None)
    assert (fine.review_label, fine.review_action) == ("normal", "line_stopped")
    assert from_item(to_item(fine)) == fine


def test_a_verdict_after_a_review_keeps_it_and_is_the_newer_revision() -> None:
    failed = an_inspection(verdict=Verdict.FAILED, revision=0, confidence=None, model_version=None)
    looked_at = reviewed(failed, Label.ANOMALOUS, kind="dent", comment=None, by="ann", at=NOON)
    verdict = after_review(an_inspection(), looked_at)
    assert (verdict.verdict, verdict.revision, verdict.review_kind) == (Verdict.NORMAL, 2, "dent")
    assert Review.of(verdict) == Review.of(looked_at)
    assert Review.of(verdict).machine_verdict is Verdict.FAILED
    assert event_of(verdict).occurred_at == verdict.inspected_at, "its row is not late before it was inspected"
    assert event_of(verdict).event_type == "InspectionReviewed"


@pytest.mark.parametrize(
    ("machine", "person", "escape"),
    [
        (Verdict.NORMAL, Label.ANOMALOUS, True),
        (Verdict.ANOMALOUS, Label.NORMAL, False),
        (Verdict.NORMAL, Label.NORMAL, False),
        (Verdict.ANOMALOUS, Label.ANOMALOUS, False),
        (Verdict.UNFAMILIAR, Label.ANOMALOUS, False),
        (Verdict.FAILED, Label.NORMAL, False),
    ],
)
def test_a_passed_part_that_a_person_calls_anomalous_is_an_escape(
    machine: Verdict, person: Label, escape: bool
) -> None:
    review = Review.of(reviewed(an_inspection(verdict=machine), person, kind=None, comment=None, by="ann", at=NOON))
    assert review.is_escape is escape


def test_answers_are_read_back_as_they_were_stored() -> None:
    first = reviewed(an_inspection(), Label.NORMAL, kind=None, comment=None, by="ann", at=NOON)
    second = reviewed(first, Label.ANOMALOUS, kind="Kratzer 傷", comment='"tief"\n', by="bob", at=LATER)
    assert from_item(to_item(second)) == second


def test_an_inspection_without_an_answer_has_no_review() -> None:
    with pytest.raises(ValueError, match="has no review"):
        Review.of(an_inspection())
