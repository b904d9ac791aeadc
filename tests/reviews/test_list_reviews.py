"""The lists of reviews and of what waits, and their pages."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import Forbidden, InvalidRequest
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.unreadable import Unreadable
from chalicelib.core.verdict import Label
from chalicelib.inspections.domain import WAITING, ReviewList, reviewed
from chalicelib.reviews import list_reviews as module
from chalicelib.reviews.all_reviews import ReviewsOfInspections
from chalicelib.reviews.domain import Review
from chalicelib.reviews.list_reviews import ListCursor, ReviewPage, ReviewSearch, list_reviews
from chalicelib.reviews.pages import ReviewListing, cursor_text
from tests.support.builders import NOON, FakeClock, an_inspection
from tests.support.fake_inspections import FakeInspections
from tests.support.fake_reviews import FakeSampling

VIEWER = Grant("k", Role.VIEWER, "plates")
MINUTE = timedelta(minutes=1)


def waiting(name: str, minutes: int, **changes: object) -> Inspection:
    return an_inspection(name, captured_at=NOON - minutes * MINUTE, **({"confidence": 0.1} | changes))


def a_table(*inspections: Inspection) -> FakeInspections:
    return FakeInspections({(each.inspection_id, each.run): each for each in inspections})


def page(
    table: FakeInspections,
    grant: Grant = VIEWER,
    after: ListCursor | None = None,
    reviews: bool = False,
    drawn: list[Inspection | Unreadable] | None = None,
    **search: Any,
) -> ReviewPage:
    lists = [ReviewList.REVIEWED] if reviews else WAITING
    asked = ReviewSearch.model_validate(search)
    sampling = FakeSampling(found=drawn or [])
    return list_reviews(asked, grant, lists=lists, after=after, inspections=table, sampling=sampling, clock=FakeClock())


def names(found: ReviewPage) -> list[str]:
    return [inspection.image_id for _, inspection in found.found]


def test_unfamiliar_images_come_first_then_the_uncertain_each_newest_first() -> None:
    strange = {"verdict": Verdict.UNFAMILIAR, "confidence": None}
    table = a_table(waiting("a", 1), waiting("b", 9, **strange), waiting("c", 5, **strange), waiting("d", 0))
    assert names(page(table)) == ["c", "b", "d", "a"]
    assert [on for on, _ in page(table).found] == ["unfamiliar", "unfamiliar", "uncertain", "uncertain"]


def test_the_drawn_parts_come_last_also_those_that_were_reviewed_before_on_pages_of_their_own() -> None:
    parts = [an_inspection(name, captured_at=NOON - minutes * MINUTE) for minutes, name in enumerate("abc")]
    seen = reviewed(parts[1], Label.NORMAL, kind=None, comment=None, by="ann", at=NOON)
    drawn: list[Inspection | Unreadable] = [parts[2], seen, parts[0], Unreadable("inspections table", "x", "broken")]
    table = a_table(waiting("u", 1))
    first = page(table, drawn=drawn, limit=2)
    assert [(str(on), each.image_id) for on, each in first.found] == [("uncertain", "u"), ("sample", "a")]
    second = page(table, drawn=drawn, after=first.end)
    assert (names(second), second.end) == (["b", "c"], None)
    assert [each.name for each in second.unreadable] == ["x"]


def test_what_waits_for_a_second_person_is_not_listed_for_the_first_and_what_they_dispute_is_for_all() -> None:
    rule: dict[str, Any] = {"kind": None, "comment": None, "at": NOON, "people": 2}
    once = reviewed(an_inspection("a"), Label.NORMAL, by="ann", **rule)
    twice = reviewed(reviewed(an_inspection("b"), Label.NORMAL, by="ann", **rule), Label.ANOMALOUS, by="bob", **rule)
    table = a_table(once, twice)
    listed = {who: page(table, replace(VIEWER, key_id=who)).found for who in ("ann", "bob")}
    assert [(str(on), each.image_id) for on, each in listed["bob"]] == [("disputed", "b"), ("second", "a")]
    assert [(str(on), each.image_id) for on, each in listed["ann"]] == [("disputed", "b")]


@given(st.integers(0, 7), st.integers(0, 7), st.integers(1, 5))
def test_the_pages_have_every_inspection_once(strange: int, unsure: int, limit: int) -> None:
    unfamiliar = [waiting(f"s{at}", at // 2, verdict=Verdict.UNFAMILIAR, confidence=None) for at in range(strange)]
    table = a_table(*unfamiliar, *(waiting(f"u{at}", at // 2) for at in range(unsure)))
    found, after, pages = [], None, 0
    while pages == 0 or after is not None:
        read = page(table, after=after, limit=limit)
        assert len(read.found) == limit or read.end is None
        after = None if read.end is None else ReviewListing.model_validate({"cursor": cursor_text(read.end)}).cursor
        found += names(read)
        pages += 1
    assert found == names(page(table, limit=200))
    assert len(found) == strange + unsure


def test_what_the_key_does_not_cover_or_nobody_asked_for_is_left_out() -> None:
    table = a_table(waiting("a", 1), waiting("b", 2, line="line-2"), waiting("c", 3, camera="cam-2"))
    assert names(page(table, Grant("k", Role.VIEWER, "plates", ("line-2",)))) == ["b"]
    assert names(page(table, line="line-1", camera="cam-2")) == ["c"]
    assert names(page(table, Grant("k", Role.VIEWER, "rings"))) == []
    with pytest.raises(Forbidden, match="does not cover project rings"):
        page(table, project="rings")


def test_reviews_are_listed_by_the_time_of_the_last_answer() -> None:
    first, second = (
        reviewed(waiting(name, 60), Label.NORMAL, kind=None, comment=None, by="ann", at=NOON - minutes * MINUTE)
        for name, minutes in (("a", 20), ("b", 10))
    )
    again = reviewed(first, Label.ANOMALOUS, kind=None, comment=None, by="bob", at=NOON)
    assert names(page(a_table(first, second), reviews=True)) == ["b", "a"]
    table = a_table(again, second)
    assert names(page(table, reviews=True)) == ["a", "b"]
    assert names(page(table, reviews=True, to=(NOON - MINUTE).isoformat())) == ["b"]
    assert names(page(table)) == []
    stored = list(ReviewsOfInspections(table, FakeClock()).of_project("plates", NOON - 10 * MINUTE))
    assert stored == [Review.of(second), Review.of(again)]
    assert list(ReviewsOfInspections(table, FakeClock()).of_project("plates", NOON)) == [Review.of(again)]


def test_what_cannot_be_read_is_named_and_the_others_are_listed() -> None:
    table = a_table(waiting("a", 1))
    table.broken["x"] = Unreadable("inspections table", "x", "broken")
    read = page(table, limit=1)
    assert (names(read), read.end) == (["a"], None)
    assert read.unreadable[0].name == "x"
    assert list(ReviewsOfInspections(table, FakeClock()).of_project("plates", NOON)) == [table.broken["x"]]


def test_a_page_that_filters_for_too_long_ends_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_AT_MOST", 3)
    table = a_table(*(waiting(f"i{at}", at, camera="cam-2") for at in range(5)), waiting("x", 9))
    first = page(table, camera="cam-1")
    assert (names(first), first.end is None) == ([], False)
    assert names(page(table, after=first.end, camera="cam-1")) == ["x"]


@pytest.mark.parametrize(
    ("search", "field"),
    [
        ({"from": NOON.isoformat(), "to": (NOON - MINUTE).isoformat()}, "from"),
        ({"from": (NOON - timedelta(days=400)).isoformat()}, "from"),
    ],
)
def test_a_time_that_cannot_be_listed_is_refused(search: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        page(a_table(), VIEWER, None, False, None, **search)
    assert [name for name, _ in refused.value.errors] == [field]


@pytest.mark.parametrize(
    "cursor",
    [
        ListCursor(ReviewList.REVIEWED, NOON, "a"),
        ListCursor(ReviewList.SAMPLE, NOON + timedelta(days=1), "a"),
        ListCursor(ReviewList.SAMPLE, NOON - timedelta(days=8), "a"),
    ],
)
def test_a_cursor_of_another_search_is_refused(cursor: ListCursor) -> None:
    with pytest.raises(InvalidRequest, match="belongs to another search"):
        page(a_table(), after=cursor)
