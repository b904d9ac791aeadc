"""By the two-person rule an answer counts when a second person says the same, who has not seen the first one's."""

from dataclasses import replace

import pytest

from chalicelib.core.errors import StaleRevision
from chalicelib.core.events import event_of
from chalicelib.core.inspection import Verdict
from chalicelib.inspections.domain import ReviewList, review_list_of
from chalicelib.reviews.answers import answered_as_json
from chalicelib.reviews.domain import Review
from chalicelib.shifts.domain import ReviewPlan
from tests.reviews.desk import ANN, BOB, CARL, Desk
from tests.support.builders import NOON, an_inspection


@pytest.fixture
def desk() -> Desk:
    desk = Desk(an_inspection())
    desk.sampling.setting = ReviewPlan(two_people=True)
    return desk


def seen_by(desk: Desk, who: str) -> list[str | None]:
    return [each["verdict"] for each in answered_as_json(desk.stored, who)["answers"]]


def test_one_answer_counts_nowhere_and_shows_nothing_to_who_has_not_answered(desk: Desk) -> None:
    now = desk.answer(kind="dent", comment="here", region=(0.1, 0.2, 0.3, 0.4))
    assert (now.review_label, now.review_kind, now.review_comment, now.reviewed_by) == (None, None, None, "ann")
    assert event_of(now).inspection.review_label is None
    assert review_list_of(now) is ReviewList.SECOND
    with pytest.raises(ValueError, match="no review"):
        Review.of(now)
    shown = answered_as_json(now, "bob")
    hidden = {"verdict": None, "kind": None, "comment": None, "region": None, "reviewed_by": "ann"}
    assert hidden.items() <= shown["answers"][0].items()
    assert (shown["counts"], shown["waits"]) == (None, "second")
    assert seen_by(desk, "ann") == ["anomalous"]


def test_it_counts_when_a_second_person_says_the_same_and_all_see_it(desk: Desk) -> None:
    desk.answer(kind="dent")
    desk.answer(BOB, revision=2, kind="scratch")
    assert (desk.stored.review_label, desk.stored.review_kind, desk.stored.reviewed_by) == (
        "anomalous",
        "scratch",
        "bob",
    )
    assert review_list_of(desk.stored) is ReviewList.REVIEWED
    assert seen_by(desk, "carl") == ["anomalous", "anomalous"]


def test_the_same_person_twice_is_one_person(desk: Desk) -> None:
    desk.answer()
    desk.answer(revision=2)
    assert (desk.stored.review_label, review_list_of(desk.stored)) == (None, ReviewList.SECOND)


def test_when_two_differ_a_third_decides_who_does_not_see_what_they_said(desk: Desk) -> None:
    desk.answer()
    desk.answer(BOB, revision=2, verdict="normal")
    assert review_list_of(desk.stored) is ReviewList.DISPUTED
    assert (seen_by(desk, "carl"), seen_by(desk, "bob")) == ([None, None], ["anomalous", "normal"])
    desk.answer(CARL, revision=3, verdict="normal")
    assert (desk.stored.review_label, desk.stored.reviewed_by) == ("normal", "carl")


def test_or_one_of_them_settles_it(desk: Desk) -> None:
    desk.answer()
    desk.answer(BOB, revision=2, verdict="normal")
    desk.answer(ANN, revision=3, verdict="normal")
    assert desk.stored.review_label == "normal"


def test_two_against_two_is_disputed_again(desk: Desk) -> None:
    for revision, verdict in enumerate(["normal", "anomalous", "anomalous"], start=1):
        desk.answer(replace(ANN, key_id=f"person-{revision}"), revision=revision, verdict=verdict)
    assert desk.stored.review_label == "anomalous"
    desk.answer(CARL, revision=4, verdict="normal")
    assert review_list_of(desk.stored) is ReviewList.DISPUTED


def test_an_answer_that_is_withdrawn_agrees_with_nobody(desk: Desk) -> None:
    desk.answer()
    desk.answer(BOB, revision=2)
    desk.withdraw(2)
    assert (desk.stored.review_label, review_list_of(desk.stored)) == (None, ReviewList.SECOND)


def test_both_who_look_at_the_same_moment_get_a_conflict_and_not_a_lost_answer(desk: Desk) -> None:
    desk.answer()
    with pytest.raises(StaleRevision):
        desk.answer(BOB, revision=1)
    desk.answer(BOB, revision=2)
    assert desk.stored.review_label == "anomalous"


def test_the_rule_of_the_time_of_the_answer_holds(desk: Desk) -> None:
    desk.sampling.setting = ReviewPlan()
    desk.answer()
    assert desk.stored.review_label == "anomalous"
    desk.sampling.setting = ReviewPlan(two_people=True)
    assert Review.of(desk.stored).reviewed_by == "ann"
    desk.answer(BOB, revision=2, verdict="normal")
    assert review_list_of(desk.stored) is ReviewList.DISPUTED


def test_an_answer_for_the_sample_is_of_the_shift_that_drew_the_part_whoever_gave_it_first(desk: Desk) -> None:
    desk.answer(verdict="normal")
    desk.sampling.asked[desk.inspection.inspection_id] = NOON
    desk.answer(BOB, revision=2, verdict="normal")
    assert [each.drawn_in for each in desk.stored.answers] == [None, NOON]
    assert Review.of(desk.stored).drawn_in == NOON


def test_a_failed_image_that_is_inspected_after_one_answer_still_waits_for_the_second() -> None:
    desk = Desk(an_inspection(verdict=Verdict.FAILED, revision=0, reason="no model", confidence=None))
    desk.sampling.setting = ReviewPlan(two_people=True)
    desk.answer(revision=0)
    desk.table.commit(an_inspection())
    assert (desk.stored.verdict, desk.stored.review_label) == (Verdict.NORMAL, None)
    assert review_list_of(desk.stored) is ReviewList.SECOND
