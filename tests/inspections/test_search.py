"""Who may find which inspections, and the pages of a search."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import Forbidden, InvalidRequest, NotFound
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.search import (
    LARGEST_PAGE,
    READ_AT_MOST,
    Cursor,
    InspectionSearch,
    Page,
    as_json,
    find_inspection,
    list_inspections,
)
from tests.support.builders import NOON, FakeClock, an_inspection
from tests.support.fake_inspections import FakeInspections

VIEWER = Grant("k", Role.VIEWER, "plates")
CAMERA = Grant("c", Role.CAMERA, "plates", ("line-1",), ("cam-1",))


def a_table(*inspections: Inspection) -> FakeInspections:
    table = FakeInspections()
    for each in inspections:
        table.commit(each)
    return table


def an_inspection_at(number: int, **changes: object) -> Inspection:
    return an_inspection(f"i{number}", captured_at=NOON - timedelta(seconds=number), **changes)


def page(table: FakeInspections, grant: Grant = VIEWER, after: Cursor | None = None, /, **parameters: Any) -> Page:
    search = InspectionSearch.model_validate({"line": "line-1"} | parameters)
    return list_inspections(search, grant, after=after, inspections=table, clock=FakeClock())


def ids(found: list[Inspection]) -> list[str]:
    return [each.image_id for each in found]


def everything(table: FakeInspections, grant: Grant = VIEWER, /, **parameters: Any) -> list[Page]:
    pages = [page(table, grant, **parameters)]
    while pages[-1].end is not None:
        pages.append(page(table, grant, pages[-1].end, **parameters))
    return pages


def test_an_inspection_is_found_by_its_id() -> None:
    inspection = an_inspection()
    assert find_inspection(inspection.inspection_id, CAMERA, inspections=a_table(inspection)) == inspection


def test_an_unknown_inspection_is_not_found() -> None:
    with pytest.raises(NotFound, match="no inspection nope"):
        find_inspection("nope", VIEWER, inspections=a_table())


@pytest.mark.parametrize("text", ["x" * 3000, "é", "a/b"])
def test_text_that_is_not_an_id_is_not_looked_up(text: str) -> None:
    table = a_table(replace(an_inspection(), inspection_id=text))
    with pytest.raises(NotFound):
        find_inspection(text, VIEWER, inspections=table)


@pytest.mark.parametrize("change", [{"camera": "cam-2"}, {"line": "line-2"}])
def test_an_inspection_outside_the_scope_is_forbidden(change: dict[str, str]) -> None:
    inspection = an_inspection(**change)
    with pytest.raises(Forbidden):
        find_inspection(inspection.inspection_id, CAMERA, inspections=a_table(inspection))


def test_nothing_says_whether_another_project_has_an_inspection() -> None:
    inspection = an_inspection(project="bolts")
    with pytest.raises(NotFound) as existing:
        find_inspection(inspection.inspection_id, CAMERA, inspections=a_table(inspection))
    with pytest.raises(NotFound) as unknown:
        find_inspection(inspection.inspection_id, CAMERA, inspections=a_table())
    assert str(existing.value) == str(unknown.value)


def test_an_inspection_that_cannot_be_read_is_named_and_hides_no_other() -> None:
    table = a_table(an_inspection_at(1), an_inspection_at(2))
    table.broken["odd"] = Unreadable("inspections table", "odd", "size_bytes: must be from 0 to 2**53")
    found = page(table)
    assert ids(found.inspections) == ["i1", "i2"]
    assert [each.name for each in found.unreadable] == ["odd"]


def test_a_page_is_newest_first() -> None:
    assert ids(page(a_table(an_inspection_at(3), an_inspection_at(1), an_inspection_at(2))).inspections) == [
        "i1",
        "i2",
        "i3",
    ]


def test_without_times_the_last_day_is_listed() -> None:
    table = a_table(
        an_inspection_at(1), an_inspection_at(23 * 3600), an_inspection_at(24 * 3600 + 1), an_inspection_at(-301)
    )
    assert ids(page(table).inspections) == ["i1", f"i{23 * 3600}"]


def test_without_times_an_image_of_a_camera_whose_clock_is_ahead_is_listed() -> None:
    assert ids(page(a_table(an_inspection_at(-299))).inspections) == ["i-299"]


def test_both_times_are_inclusive() -> None:
    table = a_table(*(an_inspection_at(number) for number in range(5)))
    first, last = NOON - timedelta(seconds=3), NOON - timedelta(seconds=1)
    found = page(table, **{"from": first.isoformat(), "to": last.isoformat()}).inspections
    assert ids(found) == ["i1", "i2", "i3"]


@given(
    verdicts=st.lists(st.sampled_from(list(Verdict)), max_size=40),
    verdict=st.sampled_from([*Verdict, None]),
    limit=st.integers(1, 12),
)
def test_pages_hold_each_match_once_and_are_full_but_for_the_last(
    verdicts: list[Verdict], verdict: Verdict | None, limit: int
) -> None:
    table = a_table(*(an_inspection_at(number, verdict=each) for number, each in enumerate(verdicts)))
    pages = everything(table, limit=limit, verdict=verdict)
    expected = [f"i{number}" for number, each in enumerate(verdicts) if verdict in {None, each}]
    assert [found for each in pages for found in ids(each.inspections)] == expected
    assert all(len(each.inspections) == limit for each in pages[:-1])


def test_inspections_of_one_instant_are_each_on_one_page() -> None:
    table = a_table(*(an_inspection(f"i{number}") for number in range(7)))
    pages = everything(table, limit=2)
    assert sorted(found for each in pages for found in ids(each.inspections)) == [f"i{number}" for number in range(7)]


@pytest.mark.parametrize(("stored", "sizes"), [(5, [2, 2, 1]), (4, [2, 2])])
def test_every_page_but_the_last_is_full_and_the_last_has_no_cursor(stored: int, sizes: list[int]) -> None:
    table = a_table(*(an_inspection_at(number) for number in range(stored)))
    after: Cursor | None = None
    for number, size in enumerate(sizes, 1):
        found = page(table, VIEWER, after, limit=2)
        assert len(found.inspections) == size
        after = found.end
        assert (after is None) == (number == len(sizes))


def test_a_camera_sees_only_its_own_inspections() -> None:
    table = a_table(an_inspection_at(1), an_inspection_at(2, camera="cam-2"), an_inspection_at(3))
    assert ids(page(table, CAMERA).inspections) == ["i1", "i3"]


@pytest.mark.parametrize("parameters", [{"camera": "cam-2"}, {"line": "line-2"}, {"project": "bolts"}])
def test_a_search_outside_the_scope_is_forbidden(parameters: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        page(a_table(), CAMERA, **parameters)


def test_a_person_can_search_one_camera() -> None:
    assert ids(page(a_table(an_inspection_at(1), an_inspection_at(2, camera="cam-2")), camera="cam-2").inspections) == [
        "i2"
    ]


def test_a_search_for_a_rare_verdict_reads_limited_pages() -> None:
    count = READ_AT_MOST + 5
    table = a_table(
        *(an_inspection_at(number) for number in range(count)), an_inspection_at(count, verdict=Verdict.ANOMALOUS)
    )
    pages = everything(table, verdict="anomalous")
    assert [ids(each.inspections) for each in pages] == [[], [f"i{count}"]]


def test_a_page_of_long_texts_ends_before_it_is_too_large() -> None:
    long = "x" * (LARGEST_PAGE // 4)
    table = a_table(*(an_inspection_at(number, reason=long) for number in range(10)))
    pages = everything(table)
    assert [found for each in pages for found in ids(each.inspections)] == [f"i{number}" for number in range(10)]
    assert all(sum(len(as_json(found)) for found in each.inspections) <= LARGEST_PAGE for each in pages)
    assert len(pages) > 1


def test_one_text_larger_than_a_page_does_not_stop_the_listing() -> None:
    table = a_table(an_inspection_at(1, reason="x" * 2 * LARGEST_PAGE), an_inspection_at(2))
    assert [ids(each.inspections) for each in everything(table)] == [["i1"], ["i2"]]


@pytest.mark.parametrize(
    ("since", "until", "message"),
    [
        (NOON, NOON - timedelta(seconds=1), "from: is later than the end"),
        (NOON - timedelta(days=31, seconds=1), NOON, "from: is more than 31 days before the end"),
    ],
)
def test_a_reversed_or_too_long_time_range_is_refused(since: datetime, until: datetime, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        page(a_table(), **{"from": since.isoformat(), "to": until.isoformat()})


@pytest.mark.parametrize("length", [timedelta(0), timedelta(days=31)])
def test_a_time_range_of_an_instant_and_one_of_31_days_are_allowed(length: timedelta) -> None:
    table = a_table(an_inspection_at(0))
    found = page(table, **{"from": (NOON - length).isoformat(), "to": NOON.isoformat()})
    assert ids(found.inspections) == ["i0"]


def test_a_cursor_after_the_search_is_refused_and_one_before_it_returns_an_empty_page() -> None:
    table = a_table(an_inspection_at(1))
    with pytest.raises(InvalidRequest, match="cursor"):
        page(table, VIEWER, Cursor(NOON + timedelta(days=1), "a"))
    assert page(table, VIEWER, Cursor(NOON - timedelta(days=2), "a")) == Page([], None)


def test_the_original_message_is_not_public() -> None:
    inspection = replace(an_inspection(), original_message="from the queue")
    text = as_json(inspection)
    assert "original_message" not in text
    assert '"captured_at":"2026-03-14T12:00:00Z"' in text


def test_a_page_goes_on_past_any_number_of_unreadable_inspections() -> None:
    table = a_table(*(an_inspection_at(number) for number in range(3)))
    table.broken = {f"b{number}": Unreadable("table", f"b{number}", "spoilt") for number in range(READ_AT_MOST + 1)}
    assert [found for each in everything(table) for found in ids(each.inspections)] == ["i0", "i1", "i2"]
