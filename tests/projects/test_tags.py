"""Tags of projects and of versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.errors import NoSuchResource, QuotaExceeded
from chalicelib.projects.limits import require_tags
from chalicelib.projects.tags import list_tags, tag_resource, untag_resource
from tests.projects.world import ADMIN, World, a_project, a_trainable_project


def a_version() -> World:
    world = a_project()
    world.import_model()
    return world


def add(world: World, version: str | None, tags: dict[str, str]) -> None:
    tag_resource("plates", version, tags, ADMIN, registry=world.registry, clock=world.clock)


@pytest.mark.parametrize("version", [None, "1"])
def test_tags_are_added_replaced_and_removed(version: str | None) -> None:
    world = a_version()
    add(world, version, {"hall": "north", "Größe": "5 mm"})
    add(world, version, {"hall": "south"})
    assert list_tags("plates", version, ADMIN, registry=world.registry) == {"hall": "south", "Größe": "5 mm"}
    untag_resource("plates", version, ["hall", "none"], ADMIN, registry=world.registry, clock=world.clock)
    assert list_tags("plates", version, ADMIN, registry=world.registry) == {"Größe": "5 mm"}


def test_a_resource_has_at_most_50_tags() -> None:
    world = a_version()
    add(world, "1", {str(number): "" for number in range(50)})
    add(world, "1", {"0": "changed"})
    with pytest.raises(QuotaExceeded, match="plates/1 would have 51 tags; 50 are the most"):
        add(world, "1", {"more": ""})


@pytest.mark.parametrize("version", [None, "1"])
def test_what_does_not_exist_has_no_tags(version: str | None) -> None:
    world = World()
    with pytest.raises(NoSuchResource):
        list_tags("plates", version, ADMIN, registry=world.registry)
    with pytest.raises(NoSuchResource):
        add(world, version, {"a": "b"})


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("", "", "Key"),
        ("a" * 129, "", "Key"),
        ("a\n", "", "Key"),
        ("a!", "", "Key"),
        ("aws:a", "", "Key"),
        ("AWS:a", "", "Key"),
        ("a", "a" * 257, "Value"),
        ("a", "€", "Value"),
    ],
)
def test_a_tag_that_breaks_the_contract_is_refused(key: str, value: str, field: str) -> None:
    with pytest.raises(InvalidRequest, match=f"Tags.{field}"):
        require_tags({key: value})


@given(st.text(st.characters(categories=["L", "Z", "N"], include_characters="_.:/=+-@"), min_size=1, max_size=128))
def test_every_tag_of_the_contracts_pattern_is_allowed(text: str) -> None:
    if not text.lower().startswith("aws:"):
        require_tags({text: text})


def test_too_many_tags_of_a_new_version_exceed_the_quota() -> None:
    with pytest.raises(QuotaExceeded, match="51 tags"):
        a_trainable_project().create_model(tags=[(str(number), "") for number in range(51)])
