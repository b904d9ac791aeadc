"""The table keeps reviews, whatever is committed beside them; its fake behaves the same."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from chalicelib.core.image import CHECK_PROJECT
from chalicelib.core.inspection import LIVE, Inspection, Verdict
from chalicelib.core.unreadable import Unreadable
from chalicelib.core.verdict import Label
from chalicelib.inspections.domain import WAITING, ReviewList, review_list_of, reviewed
from chalicelib.inspections.items import to_item
from chalicelib.inspections.ports import Inspections, ListQuery
from tests.inspections.conftest import a_table
from tests.support.builders import NOON, an_inspection
from tests.support.readable import readable

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def looked_at(inspection: Inspection, by: str = "ann", hours: int = 1) -> Inspection:
    return reviewed(inspection, Label.ANOMALOUS, kind="dent", comment=None, by=by, at=NOON + hours * HOUR)


def failed() -> Inspection:
    return an_inspection(verdict=Verdict.FAILED, revision=0, reason="no model", confidence=None, model_version=None)


def found(table: Inspections, on: ReviewList, **changes: object) -> list[Inspection]:
    query = ListQuery(project="plates", on=on, since=NOON - DAY, until=NOON + DAY)
    return readable(table.of_list(replace(query, **changes)))  # type: ignore[arg-type]


def test_a_review_replaces_the_inspection_that_it_was_made_of_and_no_other(table: Inspections) -> None:
    inspection = an_inspection()
    table.commit(inspection)
    assert table.replace(inspection, looked_at(inspection))
    assert not table.replace(inspection, looked_at(inspection, by="bob"))
    assert table.find(inspection.inspection_id, LIVE) == looked_at(inspection)


def test_nothing_is_reviewed_that_is_not_stored_or_failed_again_meanwhile(table: Inspections) -> None:
    first = failed()
    table.commit(first)
    table.commit(replace(first, reason="timed out", inspected_at=first.inspected_at + HOUR))
    assert not table.replace(first, looked_at(first))
    now = table.find(first.inspection_id, LIVE)
    assert now is not None
    assert (now.reason, now.answers) == ("timed out", ())


def test_a_verdict_after_the_review_of_a_failed_inspection_keeps_the_answers(table: Inspections) -> None:
    first = failed()
    table.commit(first)
    once = looked_at(first)
    twice = looked_at(once, by="bob", hours=2)
    assert table.replace(first, once)
    assert table.replace(once, twice)
    commit = table.commit(an_inspection())
    assert commit.stored
    assert table.find(first.inspection_id, LIVE) == commit.inspection
    assert (commit.inspection.verdict, commit.inspection.revision) == (Verdict.NORMAL, 3)
    assert commit.inspection.answers == twice.answers
    assert not table.commit(an_inspection()).stored
    assert list(table.failed()) == []


def test_a_reviewed_failed_inspection_that_fails_again_stays_as_it_is(table: Inspections) -> None:
    first = failed()
    table.commit(first)
    table.replace(first, looked_at(first))
    assert not table.commit(replace(first, reason="timed out")).stored
    assert table.find(first.inspection_id, LIVE) == looked_at(first)
    assert readable(table.failed()) == [looked_at(first)]


def test_what_waits_is_listed_newest_first_until_it_is_reviewed(table: Inspections) -> None:
    unsure = [an_inspection(f"u{hours}", confidence=0.4, captured_at=NOON - hours * HOUR) for hours in (2, 1, 30)]
    strange = an_inspection("s", verdict=Verdict.UNFAMILIAR, confidence=None)
    for each in [*unsure, strange, an_inspection("sure"), an_inspection("other", project="rings", confidence=0.1)]:
        table.commit(each)
    assert [found(table, on) for on in WAITING] == [[strange], [unsure[1], unsure[0]], [], [], []]
    table.replace(unsure[1], looked_at(unsure[1]))
    assert found(table, ReviewList.UNCERTAIN) == [unsure[0]]


def test_reviews_are_listed_by_their_time_in_both_orders_and_from_a_place_on(table: Inspections) -> None:
    stored = [an_inspection(name) for name in "abc"]
    for hours, each in enumerate(stored, start=1):
        table.commit(each)
        table.replace(each, looked_at(each, hours=hours))
    expected = [looked_at(each, hours=hours) for hours, each in enumerate(stored, start=1)]
    assert found(table, ReviewList.REVIEWED) == expected[::-1]
    assert found(table, ReviewList.REVIEWED, oldest_first=True) == expected
    assert found(table, ReviewList.REVIEWED, oldest_first=True, since=NOON + 2 * HOUR) == expected[1:]
    query = ListQuery(project="plates", on=ReviewList.REVIEWED, since=NOON - DAY, until=NOON + DAY)
    after = (NOON + 2 * HOUR, stored[1].inspection_id)
    assert list(table.of_list(query, after)) == expected[:1]
    assert list(table.of_list(replace(query, oldest_first=True), after)) == expected[2:]
    assert list(table.of_list(replace(query, until=NOON), (NOON + HOUR, "a"))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"review_list": {"S": "plates/reviewed"}},
        {"review_position": {"S": "2026-03-14T11:59:59.000000+00:00#other"}},
        {"answers": {"S": "many"}},
        {"answers": {"L": [{"M": {"label": {"S": "good"}}}]}},
    ],
)
def test_an_item_that_is_wrongly_listed_is_named_and_the_others_are_listed(changes: dict[str, Any]) -> None:
    with mock_aws():
        table, unsure = a_table(), [an_inspection(name, confidence=0.1) for name in "ab"]
        for each in unsure:
            table.commit(each)
        table._client.put_item(TableName="inspections", Item=to_item(unsure[0]) | changes)
        on = [ReviewList.UNCERTAIN, ReviewList.REVIEWED]
        query = ListQuery(project="plates", on=on[0], since=NOON - DAY, until=NOON + DAY)
        found = [each for one in on for each in table.of_list(replace(query, on=one))]
        assert [each.name for each in found if isinstance(each, Unreadable)] == [unsure[0].inspection_id]
        assert unsure[1] in found


@pytest.mark.parametrize(
    ("changes", "on"),
    [
        ({"confidence": 0.499999}, ReviewList.UNCERTAIN),
        ({"confidence": 0.499999, "verdict": Verdict.ANOMALOUS}, ReviewList.UNCERTAIN),
        ({"confidence": 0.5, "verdict": Verdict.ANOMALOUS}, None),
        ({"verdict": Verdict.UNFAMILIAR, "confidence": None}, ReviewList.UNFAMILIAR),
        ({"verdict": Verdict.REJECTED, "confidence": None}, None),
        ({"verdict": Verdict.FAILED, "confidence": None}, None),
        ({"confidence": 0.1, "run": "shadow#2"}, None),
        ({"confidence": 0.1, "project": CHECK_PROJECT}, None),
    ],
)
def test_unfamiliar_and_uncertain_live_parts_wait_for_a_review(changes: dict[str, object], on: ReviewList) -> None:
    assert review_list_of(an_inspection("a", **changes)) is on
