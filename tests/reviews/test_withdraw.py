"""Who gave an answer can take it back; it stays in the history and counts no more."""

from datetime import timedelta

import pytest

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import Forbidden, NotFound, StaleRevision
from chalicelib.core.events import InspectionReviewed, event_of
from chalicelib.core.inspection import Inspection
from chalicelib.inspections.domain import ReviewList, review_list_of, review_position
from chalicelib.reviews.domain import Review
from tests.reviews.desk import BOB, Desk
from tests.support.builders import an_inspection


@pytest.fixture
def desk() -> Desk:
    return Desk(an_inspection(confidence=0.2))


def test_a_withdrawn_answer_stays_in_the_history_and_the_image_waits_again(desk: Desk) -> None:
    desk.answer(kind="dent", comment="here")
    desk.clock.pass_by(60)
    now = desk.withdraw(2)
    assert now == desk.stored
    [answer] = now.answers
    assert (answer.label, answer.withdrawn_at, now.revision) == ("anomalous", desk.clock(), 3)
    assert (now.review_label, now.review_kind, now.review_comment) == (None, None, None)
    assert (now.reviewed_by, now.reviewed_at) == ("ann", desk.clock())
    assert (review_list_of(now), review_position(now)[0]) == (ReviewList.UNCERTAIN, now.captured_at)
    with pytest.raises(ValueError, match="no review"):
        Review.of(now)


def test_the_answer_before_counts_again(desk: Desk) -> None:
    desk.answer()
    desk.answer(BOB, revision=2, verdict="normal")
    desk.withdraw(3, BOB)
    assert (desk.stored.review_label, desk.stored.reviewed_by) == ("anomalous", "ann")
    assert Review.of(desk.stored).revision == 2


def test_what_others_answered_meanwhile_stays(desk: Desk) -> None:
    desk.answer()
    desk.answer(BOB, revision=2, verdict="normal")
    desk.withdraw(2)
    assert (desk.stored.review_label, desk.stored.reviewed_by, desk.stored.revision) == ("normal", "bob", 4)


def test_to_withdraw_again_changes_nothing(desk: Desk) -> None:
    desk.answer()
    assert desk.withdraw(2) == desk.withdraw(2)
    assert desk.stored.revision == 3


def test_who_withdrew_may_answer_again(desk: Desk) -> None:
    desk.answer()
    desk.withdraw(2)
    desk.answer(revision=3, verdict="normal")
    assert (desk.stored.review_label, len(desk.stored.answers)) == ("normal", 2)


@pytest.mark.parametrize(
    ("revision", "grant", "error"),
    [
        (3, BOB, NotFound),
        (1, BOB, NotFound),
        (2, BOB, Forbidden),
        (2, Grant("ann", Role.OPERATOR, "rings"), NotFound),
        (2, Grant("ann", Role.OPERATOR, "plates", ("line-2",)), Forbidden),
    ],
)
def test_nobody_withdraws_what_is_not_theirs(desk: Desk, revision: int, grant: Grant, error: type[Exception]) -> None:
    desk.answer()
    with pytest.raises(error):
        desk.withdraw(revision, grant)
    assert desk.stored.revision == 2


def test_an_inspection_that_others_change_again_and_again_is_stale(desk: Desk) -> None:
    desk.answer()
    desk.table.replace = lambda known, changed: False  # type: ignore[method-assign]
    with pytest.raises(StaleRevision):
        desk.withdraw(2)


def test_a_withdrawal_is_an_event_of_its_own_time(desk: Desk) -> None:
    """With another answer left, too: the one that was withdrawn is not the last word."""

    def event(now: Inspection) -> InspectionReviewed:
        made = event_of(now)
        assert isinstance(made, InspectionReviewed)
        return made

    desk.clock.pass_by(60)
    first = event(desk.answer())
    desk.clock.pass_by(60)
    desk.answer(BOB, revision=2)
    desk.clock.pass_by(60)
    withdrawn = event(desk.withdraw(2))
    assert withdrawn.occurred_at == first.occurred_at + timedelta(seconds=120)
    assert withdrawn.event_id != first.event_id
    assert event(desk.withdraw(3, BOB)).inspection.review_label is None
