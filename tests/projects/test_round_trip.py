"""What is exported of a data set and imported again is the same data set."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.projects.domain import DatasetType
from chalicelib.projects.entries import EntryFilter, export_entries
from chalicelib.projects.manifest import Entry
from tests.projects.puts import Bench
from tests.projects.world import ADMIN, World, a_project

FOLDER = "s3://bucket/datasets/plates/images"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def a_line(draw: st.DrawFn) -> str:
    """A line with any label or none, maybe a mask, and fields of other jobs."""
    own = {f"site-{name}": value for name, value in draw(st.dictionaries(TEXT, VALUES, max_size=3)).items()}
    line: dict[str, Any] = {"source-ref": f"{FOLDER}/{draw(st.integers(0, 20))} ü+.png", **_without_ends(own)}
    if label := draw(st.sampled_from(["normal", "anomaly", "scratch", None])):
        line |= {"check": 1, "check-metadata": {"class-name": label, "creation-date": "2026-03-14T12:00:00.5"}}
    if draw(st.booleans()):
        line |= {"check-mask-ref": f"{FOLDER}/mask.png", "check-mask-ref-metadata": {"internal-color-map": {}}}
    return json.dumps(line, ensure_ascii=draw(st.booleans()))


def _without_ends(fields: dict[str, Any]) -> dict[str, Any]:
    """Names that end as those of labels and masks mean something."""
    return {name: value for name, value in fields.items() if not name.endswith(("-metadata", "-ref"))}


def exported(world: World, of: DatasetType = DatasetType.TRAIN) -> list[Entry]:
    return export_entries("plates", of, EntryFilter(), ADMIN, registry=world.registry, entries=world.entries)


def manifest_of(entries: list[Entry]) -> bytes:
    """As `linewatch dataset export` writes it."""
    return "".join(f"{entry.raw}\n" for entry in entries).encode()


@given(st.lists(a_line(), min_size=1, max_size=8))
def test_an_exported_manifest_makes_the_same_data_set(lines: list[str]) -> None:
    first = a_project()
    first.create_dataset(manifest="\n".join(lines).encode())
    entries = exported(first)
    again, put = a_project(), Bench()
    again.create_dataset(manifest=manifest_of(entries))
    put.run(put.put(manifest_of(entries)))
    assert exported(again) == exported(put.world) == entries
    assert {each.source for each in entries} == {json.loads(line)["source-ref"] for line in lines}
    counts = first.record.datasets[DatasetType.TRAIN].counts
    assert (
        again.record.datasets[DatasetType.TRAIN].counts == put.world.record.datasets[DatasetType.TRAIN].counts == counts
    )


def test_labels_and_masks_are_in_the_export() -> None:
    world = a_project()
    masked = {
        "source-ref": f"{FOLDER}/1.png",
        "check": 1,
        "check-metadata": {"class-name": "anomaly"},
        "check-mask-ref": f"{FOLDER}/mask.png",
    }
    world.create_dataset(manifest=json.dumps(masked).encode())
    assert json.loads(manifest_of(exported(world))) == masked
