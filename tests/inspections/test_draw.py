"""The numbers that passed parts draw, and the index of the small ones; the fake of the table behaves the same."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from chalicelib.core.image import CHECK_PROJECT
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.draw_number import LATEST, LISTED_ONE_IN, draw_number, is_listed, takes_part
from chalicelib.inspections.items import to_item
from chalicelib.inspections.ports import Inspections
from tests.inspections.conftest import a_table
from tests.support.builders import NOON, an_inspection
from tests.support.readable import readable

HOUR = timedelta(hours=1)


def listed(count: int, project: str = "plates") -> list[Inspection]:
    """So many parts with small numbers, one an hour."""
    found: list[Inspection] = []
    for number in range(10**6):
        at = NOON + len(found) * HOUR
        part = an_inspection(f"part-{number}", captured_at=at, inspected_at=at, project=project)
        found += [part] if is_listed(part) else []
        if len(found) == count:
            break
    return found


def test_one_passed_part_of_64_is_listed_and_all_numbers_are_as_likely() -> None:
    numbers = [draw_number(f"part-{each}", NOON) for each in range(6400)]
    assert 70 < sum(each < 2**64 // LISTED_ONE_IN for each in numbers) < 130
    assert all(1470 < count < 1730 for count in Counter(each >> 62 for each in numbers).values())


def test_an_image_id_says_nothing_of_the_number_before_the_image_is_inspected() -> None:
    moments = [NOON + timedelta(microseconds=each) for each in range(1000)]
    shares = [sum(draw_number(name, at) < 2**63 for at in moments) / 1000 for name in ("a", "b", "chosen-by-a-camera")]
    assert all(0.44 < share < 0.56 for share in shares)


@pytest.mark.parametrize(
    ("changes", "takes"),
    [
        ({}, True),
        ({"confidence": 0.01}, True),
        ({"verdict": Verdict.ANOMALOUS}, False),
        ({"verdict": Verdict.UNFAMILIAR, "confidence": None}, False),
        ({"run": "shadow#2"}, False),
        ({"project": CHECK_PROJECT}, False),
        ({"inspected_at": NOON + LATEST}, True),
        ({"inspected_at": NOON + LATEST + HOUR}, False),
    ],
)
def test_passed_parts_of_the_line_take_part_whose_verdict_came_within_a_day(
    changes: dict[str, Any], takes: bool
) -> None:
    assert takes_part(an_inspection(**changes)) is takes


def test_the_index_has_small_numbers_by_project_and_time_of_inspection(table: Inspections) -> None:
    parts = listed(3)
    for each in [*parts, *listed(1, project="rings")]:
        table.commit(each)
    table.commit(replace(parts[0], inspection_id="refused", verdict=Verdict.ANOMALOUS))
    found = list(table.small_numbers("plates", NOON, NOON + 2 * HOUR))
    assert found == [(each.inspection_id, each.inspected_at) for each in parts[:2]]


def test_inspections_are_read_by_their_ids(table: Inspections) -> None:
    parts = [an_inspection(name) for name in "abc"]
    for each in parts:
        table.commit(each)
    found = readable(table.of_ids([parts[0].inspection_id, parts[2].inspection_id, "unknown", parts[0].inspection_id]))
    assert sorted(each.image_id for each in found) == ["a", "c"]
    assert list(table.of_ids([])) == []


def test_a_place_in_the_draw_that_cannot_be_read_is_named_and_the_others_are_there() -> None:
    with mock_aws():
        table, parts = a_table(), listed(2)
        for each in parts:
            table.commit(each)
        broken: dict[str, Any] = {"draw_position": {"S": "2026-03-14T12:30:99.000000+00:00#a"}}
        table._client.put_item(TableName="inspections", Item={**to_item(parts[0]), **broken})
        found = list(table.small_numbers("plates", NOON, NOON + 2 * HOUR))
        assert [each.name for each in found if isinstance(each, Unreadable)] == [parts[0].inspection_id]
        assert (parts[1].inspection_id, parts[1].inspected_at) in found
