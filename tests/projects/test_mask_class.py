"""The class of masks is the one that the data set has; it is never guessed."""

import json
from typing import Any

import pytest

from chalicelib.projects.domain import MaskClass
from chalicelib.projects.manifest import Entry, parse
from chalicelib.projects.mask_class import UNNAMED, mask_class_of
from tests.projects.world import line

BACKGROUND = {"class-name": "BACKGROUND", "hex-color": "#ffffff"}


def entry(number: int, *classes: dict[str, str], mask: str | None = "s3://bucket/masks/1.png") -> Entry:
    colours = {str(index): each for index, each in enumerate((BACKGROUND, *classes))}
    more: dict[str, Any] = {"check-mask-ref": mask, "check-mask-ref-metadata": {"internal-color-map": colours}}
    [found], _ = parse([line(number, "anomaly", **(more if mask else {})).encode()], None)
    return found


def a_class(name: str, colour: str = "#2ca02c") -> dict[str, str]:
    return {"class-name": name, "hex-color": colour}


def test_a_data_set_without_masks_has_no_class() -> None:
    assert mask_class_of([entry(1, mask=None)]) is None


def test_the_only_class_has_its_own_name_and_colour() -> None:
    found = mask_class_of([entry(1, a_class("scratch")), entry(2, a_class("scratch")), entry(3, mask=None)])
    assert found == MaskClass(name="scratch", colour="#2ca02c")


def test_of_several_classes_none_is_guessed() -> None:
    assert mask_class_of([entry(1, a_class("scratch")), entry(2, a_class("dent"))]) == UNNAMED
    assert mask_class_of([entry(1, a_class("scratch"), a_class("dent"))]) == UNNAMED


def test_masks_without_classes_show_defects() -> None:
    assert mask_class_of([entry(1)]) == UNNAMED


@pytest.mark.parametrize("colour_map", [None, [], {"1": "scratch"}, {"1": {}}])
def test_a_colour_map_of_another_form_names_no_class(colour_map: object) -> None:
    content = {"check-mask-ref": "s3://b/1.png", "check-mask-ref-metadata": {"internal-color-map": colour_map}}
    [found], _ = parse([json.dumps(json.loads(line(1)) | content).encode()], None)
    assert mask_class_of([found]) == UNNAMED


@pytest.mark.parametrize(("name", "colour"), [("deep scratch", "#2ca02c"), ("scratch", "white"), ("dent", "#ffffff")])
def test_what_the_contract_does_not_allow_is_replaced(name: str, colour: str) -> None:
    found = mask_class_of([entry(1, a_class(name, colour))])
    assert found is not None
    assert found.name == (name if name.isalnum() else "defect")
    assert found.colour == (colour if name == "deep scratch" else UNNAMED.colour)
