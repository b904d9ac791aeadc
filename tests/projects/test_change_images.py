"""People add, label and remove images of a data set; nobody undoes what another one did at the same time."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.domain import Role
from chalicelib.core.errors import Forbidden, InvalidRequest
from chalicelib.projects.browse import ImagesPage, Part, list_images, show_remarks
from chalicelib.projects.change_images import MOST_CHANGES, Changed, Changes, change_images
from chalicelib.projects.domain import DatasetType, Location
from chalicelib.projects.errors import NoSuchResource
from chalicelib.projects.image_lines import Labelling, file_of, kind_of
from chalicelib.projects.remarks import REMARKS, Doubt, Remarks
from tests.projects.world import ADMIN, World, a_project, a_trainable_project, line
from tests.support.fake_projects import FakeOutputFiles

TRAIN = DatasetType.TRAIN
NEW = "s3://bucket/datasets/plates/images/new.png"
FIRST = "s3://bucket/images/plates/0.png"
MASKED: dict[str, Any] = {"check-mask-ref": f"{FIRST}.mask", "part": 7}


def changed(world: World, **changes: Any) -> Changed:
    return change_images("plates", TRAIN, Changes(**changes), ADMIN, storage=world.storage)


def page(world: World, **part: Any) -> ImagesPage:
    ports = {"registry": world.registry, "entries": world.entries}
    return list_images("plates", TRAIN, Part(**part), ADMIN, **ports)  # type: ignore[arg-type]


def labels(world: World) -> dict[str, str | None]:
    return {each.source: each.label for each in page(world, limit=200).entries}


def test_the_first_images_make_the_data_set() -> None:
    world = a_project()
    found = changed(world, add=(Labelling(NEW, "anomaly", "scratch", "IMG_7.jpg"),))
    assert (found.added, found.counts.anomaly) == (1, 1)
    [entry] = page(world).entries
    assert (entry.label, kind_of(entry), file_of(entry)) == ("anomaly", "scratch", "IMG_7.jpg")
    assert json.loads(entry.raw)["anomaly-label-metadata"]["labelled-by"] == "a1"


@pytest.mark.parametrize("odd", ["text", 7, None, ["normal"]])
def test_an_image_whose_label_says_nothing_is_labelled(odd: object) -> None:
    world = a_project()
    world.create_dataset(manifest=json.dumps({"source-ref": FIRST, "anomaly-label-metadata": odd}).encode())
    assert labels(world) == {FIRST: None}
    changed(world, label=(Labelling(FIRST, "anomaly", "dent"),))
    assert [kind_of(each) for each in page(world).entries] == ["dent"]


def test_a_label_changes_and_all_else_of_the_line_stays() -> None:
    world = a_project()
    world.create_dataset(manifest=line(0, "anomaly", **MASKED).encode())
    changed(world, label=(Labelling(FIRST, "anomaly", "dent"),))
    [entry] = page(world).entries
    assert (kind_of(entry), entry.mask) == ("dent", f"{FIRST}.mask")
    changed(world, label=(Labelling(FIRST, "normal", "dent"),))
    [entry] = page(world).entries
    assert (entry.label, kind_of(entry), entry.mask, json.loads(entry.raw)["part"]) == ("normal", None, None, 7)


def test_who_labels_an_image_that_another_one_removed_does_not_bring_it_back() -> None:
    world = a_trainable_project()
    changed(world, remove=(FIRST,))
    found = changed(world, label=(Labelling(FIRST, "anomaly"),))
    assert (found.labelled, found.missing, found.counts.total) == (0, (FIRST,), 29)


def test_who_adds_an_image_that_is_there_does_not_change_its_label() -> None:
    world = a_trainable_project()
    found = changed(world, add=(Labelling(FIRST, "anomaly"), Labelling(NEW, "normal")))
    assert (found.added, found.present, labels(world)[FIRST]) == (1, (FIRST,), "normal")


def test_a_change_of_another_person_at_the_same_moment_is_kept() -> None:
    world = a_trainable_project()
    before = world.record
    changed(world, remove=(FIRST,))
    faster = world.record
    world.registry.records["plates"] = replace(before, revision=faster.revision)
    world.registry.faster.append(faster)
    changed(world, label=(Labelling("s3://bucket/images/plates/1.png", "anomaly"),))
    found = labels(world)
    assert FIRST not in found
    assert found["s3://bucket/images/plates/1.png"] == "anomaly"


@pytest.mark.parametrize(
    ("source", "message"),
    [("s3://other/images/plates/1.png", "copy it there"), (f"{FIRST}/../../rings/1.png", "copy it there")],
)
def test_an_image_of_somebody_else_is_refused(source: str, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        changed(a_project(), add=(Labelling(source, "normal"),))


def test_too_many_changes_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="at most 1000"):
        changed(a_trainable_project(), remove=tuple(map(str, range(MOST_CHANGES + 1))))


def test_without_a_data_set_nothing_is_removed_or_labelled() -> None:
    with pytest.raises(NoSuchResource):
        changed(a_project(), remove=(FIRST,))


def test_an_operator_changes_nothing() -> None:
    world = a_trainable_project()
    with pytest.raises(Forbidden):
        change_images("plates", TRAIN, Changes(), replace(ADMIN, role=Role.OPERATOR), storage=world.storage)


IMAGES = st.sampled_from([f"s3://bucket/images/plates/{number}.png" for number in range(6)])
LABELLINGS = st.lists(st.builds(Labelling, IMAGES, st.sampled_from(["normal", "anomaly"])), max_size=5).map(tuple)


@given(add=LABELLINGS, label=LABELLINGS, remove=st.lists(IMAGES, max_size=3).map(tuple))
def test_changes_are_those_of_a_dictionary(
    add: tuple[Labelling, ...], label: tuple[Labelling, ...], remove: tuple[str, ...]
) -> None:
    world = a_project()
    world.create_dataset(manifest="\n".join(line(number) for number in range(3)).encode())
    expected: dict[str, str | None] = labels(world)
    for source in remove:
        expected.pop(source, None)
    expected |= {each.source: each.label for each in label if each.source in expected}
    expected |= {each.source: each.label for each in add if each.source in new(expected, add)}
    changed(world, add=add, label=label, remove=remove)
    assert labels(world) == expected


def new(there: dict[str, str | None], add: tuple[Labelling, ...]) -> set[str]:
    """Those of `add` that are not there: of an image that is named twice, the last label counts."""
    return {each.source for each in add} - there.keys()


def test_a_page_is_a_part_of_what_matches() -> None:
    world = a_trainable_project()
    found = page(world, label="anomaly", start=8, limit=5)
    assert (len(found.entries), found.matching, found.counts.total) == (2, 10, 30)
    assert page(world, labelled=False).matching == 0
    with pytest.raises(InvalidRequest, match="limit"):
        page(world, limit=201)


def test_remarks_are_about_images_that_are_there_and_labels_that_still_stand() -> None:
    world = a_trainable_project()
    world.train()
    one, two, three = (f"s3://bucket/images/plates/{number}.png" for number in (1, 2, 3))
    remarks = Remarks(((FIRST, one), (two, three)), (Doubt(two, "normal", 0.97), Doubt(three, "normal", 0.9)))
    place = Location(bucket="results", key="evaluation/TrainingRemarks-plates-1.json")
    outputs = FakeOutputFiles()
    ports: dict[str, Any] = {"registry": world.registry, "entries": world.entries, "outputs": outputs}
    assert show_remarks("plates", TRAIN, ADMIN, **ports).version is None
    outputs.put(place, REMARKS.dump_json(remarks), "application/json")
    changed(world, remove=(FIRST,), label=(Labelling(three, "anomaly"),))
    found = show_remarks("plates", TRAIN, ADMIN, **ports)
    assert found.version == 1
    assert [[each.source for each in group] for group in found.near_duplicates] == [[two, three]]
    assert [(entry.source, doubt.probability) for entry, doubt in found.doubts] == [(two, 0.97)]
