"""A region of interest is read as it was drawn, or refused with the reason."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chalicelib.models.region_files import BadRegion, read_region
from tests.vision.drawn import part

TRIANGLE = [[0, 0], [1, 0], [0, 1]]


def test_white_is_inspected(tmp_path: Path) -> None:
    drawn = np.zeros((30, 40), np.uint8)
    drawn[10:, 20:] = 255
    Image.fromarray(drawn).save(tmp_path / "region.png")
    np.testing.assert_array_equal(read_region(tmp_path / "region.png"), drawn > 0)


def test_the_inside_of_polygons_is_inspected(tmp_path: Path) -> None:
    square = [[0.75, 0.75], [1, 0.75], [1, 1], [0.75, 1]]
    (tmp_path / "region.json").write_text(json.dumps([TRIANGLE, square]))
    mask = read_region(tmp_path / "region.json")
    assert mask[50, 50]
    assert mask[-50, -50]
    assert not mask[-200, -200]
    assert mask.mean() == pytest.approx(0.5 + 1 / 16, abs=0.01)


@pytest.mark.parametrize(
    ("polygons", "message"),
    [
        ({}, "a list of polygons"),
        ([], "a list of polygons"),
        ([TRIANGLE[:2]], "fewer than three points"),
        ([[[0, 0], [1, 0], [0, 200]]], r"\[0, 200\] is not in fractions"),
        ([[[0, 0], [1, 0], [0, float("nan")]]], "not in fractions"),
        ([[[0, 0], [1, 0], "ab"]], "'ab' is no point"),
        ([[[0, 0], [1, 0], None]], "None is no point"),
        ([[0.1, 0.1], [0.9, 0.1]], r"0\.1 is no point \[x, y\] of a polygon"),
        ([0.1, 0.2, 0.3], r"0\.1 is no point \[x, y\] of a polygon"),
    ],
)
def test_polygons_that_enclose_nothing_are_refused(tmp_path: Path, polygons: object, message: str) -> None:
    (tmp_path / "region.json").write_text(json.dumps(polygons))
    with pytest.raises(BadRegion, match=message):
        read_region(tmp_path / "region.json")


def test_a_photo_is_no_region(tmp_path: Path) -> None:
    Image.fromarray(part(1)).save(tmp_path / "photo.jpg")
    with pytest.raises(BadRegion, match="it looks like a photo: draw white where to inspect"):
        read_region(tmp_path / "photo.jpg")


def test_a_black_image_and_a_damaged_file_are_refused(tmp_path: Path) -> None:
    Image.new("L", (20, 20)).save(tmp_path / "black.png")
    with pytest.raises(BadRegion, match="leaves nothing to inspect"):
        read_region(tmp_path / "black.png")
    (tmp_path / "region.png").write_bytes(b"no image")
    (tmp_path / "region.json").write_text("{")
    for name in ("region.png", "region.json"):
        with pytest.raises(BadRegion, match=f"{name} is no region"):
            read_region(tmp_path / name)


@pytest.mark.parametrize("content", ["[" * 100_000, f"[[[{10**400}, 0], [0, 0], [0, 1]]]"])
def test_a_file_that_is_too_deep_or_has_too_large_a_number_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "region.json").write_text(content)
    with pytest.raises(BadRegion):
        read_region(tmp_path / "region.json")
