"""List the entries of a data set."""

from datetime import timedelta

import pytest

from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.entries import EntryFilter, list_entries
from chalicelib.projects.errors import Conflict
from chalicelib.projects.manifest import Entry
from chalicelib.projects.pages import Page
from tests.projects.world import ADMIN, World, a_project, line
from tests.support.builders import NOON


def a_list(
    world: World, filter_: EntryFilter | None = None, limit: int = 100, next_token: str | None = None
) -> Page[Entry]:
    return list_entries(
        "plates",
        DatasetType.TRAIN,
        filter_ or EntryFilter(),
        ADMIN,
        limit=limit,
        next_token=next_token,
        registry=world.registry,
        entries=world.entries,
    )


def four_entries() -> World:
    world = a_project()
    world.create_dataset(manifest="\n".join([line(1), line(2, "anomaly"), line(3, None), line(4)]).encode())
    return world


def numbers(page: Page[Entry]) -> list[int]:
    return [int(entry.source.rpartition("/")[2].removesuffix(".png")) for entry in page.items]


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        (EntryFilter(), [1, 2, 3, 4]),
        (EntryFilter(labelled=True), [1, 2, 4]),
        (EntryFilter(labelled=False), [3]),
        (EntryFilter(label="normal"), [1, 4]),
        (EntryFilter(label="anomaly"), [2]),
        (EntryFilter(source_contains="plates/4"), [4]),
        (EntryFilter(before=NOON), []),
        (EntryFilter(before=NOON + timedelta(seconds=1)), [1, 2, 4]),
        (EntryFilter(after=NOON), []),
        (EntryFilter(after=NOON - timedelta(seconds=1), label="normal"), [1, 4]),
    ],
)
def test_entries_are_filtered(filter_: EntryFilter, expected: list[int]) -> None:
    assert numbers(a_list(four_entries(), filter_)) == expected


def test_pages_give_every_entry_once() -> None:
    world = four_entries()
    first = a_list(world, limit=3)
    second = a_list(world, limit=3, next_token=first.next_token)
    assert numbers(first) + numbers(second) == [1, 2, 3, 4]
    assert second.next_token is None


def test_a_token_of_a_list_that_has_changed_is_refused() -> None:
    world = four_entries()
    token = a_list(world, limit=1).next_token
    world.update_entries(line(5).encode())
    with pytest.raises(InvalidRequest, match="start again without it"):
        a_list(world, next_token=token)


def test_a_token_of_another_filter_is_refused() -> None:
    world = four_entries()
    token = a_list(world, limit=1).next_token
    with pytest.raises(InvalidRequest, match="NextToken"):
        a_list(world, EntryFilter(labelled=True), next_token=token)


def test_entries_that_are_gone_are_not_an_empty_list() -> None:
    world = four_entries()
    world.entries.revisions.clear()
    with pytest.raises(Conflict, match="are gone"):
        a_list(world)
