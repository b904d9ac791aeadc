"""A Label Studio export says labels by choices and defects by shapes; what it leaves open is named."""

import json
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from chalicelib.models.drawings import Drawing
from chalicelib.models.label_studio import label_studio_set
from chalicelib.models.label_studio_brush import brushed
from chalicelib.models.lists import UnusableList
from chalicelib.models.masks import read_masks
from tests.models.kinds_of import kinds_of

WIDTH, HEIGHT = 40, 20
DEFECT = np.zeros((HEIGHT, WIDTH), bool)
DEFECT[5:10, 10:20] = True
SIZES = (3, 4, 8, 16)


def packed(mask: NDArray[np.bool_], runs: bool) -> list[int]:
    """RGBA values, packed by rle-pack: as runs of equal values, or value by value."""
    values = np.zeros((*mask.shape, 4), int)
    values[mask] = 255
    flat = values.ravel().tolist()
    bits = f"{len(flat):032b}" + f"{7:05b}" + "".join(f"{size - 1:04b}" for size in SIZES)
    at = 0
    while at < len(flat):
        end = at + 1
        while runs and end < len(flat) and flat[end] == flat[at] and end - at < 1 << 16:
            end += 1
        kind = next(index for index, size in enumerate(SIZES) if end - at - 1 < 1 << size)
        bits += f"{int(runs)}{kind:02b}{end - at - 1:0{SIZES[kind]}b}{flat[at]:08b}"
        at = end
    bits += "0" * (-len(bits) % 8)
    return [int(bits[index : index + 8], 2) for index in range(0, len(bits), 8)]


def choice(name: str) -> dict[str, Any]:
    return {"type": "choices", "value": {"choices": [name]}}


def shape(kind: str, value: dict[str, Any], label: str = "dent") -> dict[str, Any]:
    named = {kind: [label], **value}
    return {"type": kind, "original_width": WIDTH, "original_height": HEIGHT, "value": named}


SHAPES = {
    "box": shape("rectanglelabels", {"x": 25, "y": 25, "width": 25, "height": 25}),
    "polygon": shape("polygonlabels", {"points": [[25, 25], [47.5, 25], [47.5, 45], [25, 45]]}),
    "brush": shape("brushlabels", {"format": "rle", "rle": packed(DEFECT, runs=True)}),
}


def written(folder: Path, *tasks: tuple[str, Sequence[dict[str, Any]] | None], images: str = "ab") -> Path:
    """An export with these tasks: the address of an image, and the results of its annotation."""
    for stem in images:
        Image.new("RGB", (WIDTH, HEIGHT)).save(folder / f"{stem}.png")
    content = [
        {"id": number, "data": {"image": address}, "annotations": [] if results is None else [{"result": results}]}
        for number, (address, results) in enumerate(tasks, 1)
    ]
    file = folder / "export.json"
    file.write_text(json.dumps(content))
    return file


@pytest.mark.parametrize(
    "address",
    [
        "/data/upload/3/0a1b2c3d-a.png",
        "/data/local-files/?d=parts%2Fa.png",
        "s3://bucket/parts/a.png",
        "https://host/x/a.png?token=1",
        "a.png",
    ],
)
def test_an_image_is_found_by_whatever_address_it_has(tmp_path: Path, address: str) -> None:
    found = label_studio_set(written(tmp_path, (address, [choice("OK")])))
    assert found.train.normal.paths == (tmp_path / "a.png",)


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_makes_an_anomaly_with_its_kind_and_mask(tmp_path: Path, name: str) -> None:
    found = label_studio_set(written(tmp_path, ("a.png", [SHAPES[name]]), ("b.png", [choice("good")]))).train
    assert (found.anomaly.paths, found.normal.paths) == ((tmp_path / "a.png",), (tmp_path / "b.png",))
    assert kinds_of(found) == ["dent"]
    masks = read_masks(found.anomaly.paths, found.masks)
    assert (masks.marked[tmp_path / "a.png"] == DEFECT).all()


def test_the_choice_of_an_anomaly_needs_no_shape(tmp_path: Path) -> None:
    found = label_studio_set(written(tmp_path, ("a.png", [choice("defect")]))).train
    assert (len(found.anomaly), found.masks.found) == (1, {})


def test_a_task_that_says_no_label_is_named(tmp_path: Path) -> None:
    tasks = (("a.png", None), ("a.png", [choice("maybe")]), ("gone.png", [choice("ok")]), ("b.png", [choice("ok")]))
    found = label_studio_set(written(tmp_path, *tasks)).train
    assert (len(found.normal), len(found.anomaly)) == (1, 0)
    assert list(found.left_out.values()) == [
        "it has no annotation",
        "it says no label: expected a choice such as normal or anomaly, or a drawn shape",
        "it is listed, but there is no such file",
    ]


def test_a_cancelled_annotation_does_not_count(tmp_path: Path) -> None:
    file = written(tmp_path, ("a.png", [choice("ok")]))
    content = json.loads(file.read_text())
    content[0]["annotations"].append({"was_cancelled": True, "result": [choice("ng")]})
    file.write_text(json.dumps(content))
    assert len(label_studio_set(file).train.normal) == 1


@given(arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12))), st.booleans())
def test_brush_strokes_are_read_as_they_were_packed(mask: NDArray[np.bool_], runs: bool) -> None:
    height, width = mask.shape
    drawn = Drawing((width, height), runs=(brushed(packed(mask, runs), (width, height)),)).drawn()
    assert (np.asarray(drawn) > 0).tolist() == mask.tolist()


@pytest.mark.parametrize("cut", [0, 5, 9, 12])
def test_brush_strokes_that_are_cut_off_are_an_error(cut: int) -> None:
    with pytest.raises(ValueError, match="brush strokes"):
        brushed(packed(DEFECT, runs=True)[:cut], (WIDTH, HEIGHT))


def test_brush_strokes_of_an_image_that_is_too_large_take_no_memory() -> None:
    head = f"{30_000 * 30_000 * 4:032b}" + f"{7:05b}" + f"{15:04b}" * 4
    content = [int(head[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(head), 8)]
    with pytest.raises(ValueError, match="of an image of 30000 x 30000 px"):
        brushed(content, (30_000, 30_000))


@pytest.mark.parametrize("width", ["1e999", str(10**400)])
def test_a_task_with_numbers_that_no_image_has_is_left_out(tmp_path: Path, width: str) -> None:
    shape = {"type": "brushlabels", "original_width": 7, "original_height": 7, "value": {"width": 1}}
    task = {"id": 1, "data": {"image": "a/" * 2000 + "a.png"}, "annotations": [{"result": [shape]}]}
    (tmp_path / "all.json").write_text(json.dumps([task]).replace("7", width, 1))
    assert len(label_studio_set(tmp_path / "all.json").train.left_out) == 1


def test_a_path_of_endless_folders_costs_no_time(tmp_path: Path) -> None:
    task = {"id": 1, "data": {"image": "a/" * 2000 + "a.png"}, "annotations": [choice("good")]}
    (tmp_path / "all.json").write_text(json.dumps([task] * 20))
    began = process_time()
    assert len(label_studio_set(tmp_path / "all.json").train.left_out) == 1
    assert process_time() - began < 2


def test_an_export_that_is_too_deep_is_refused(tmp_path: Path) -> None:
    (tmp_path / "all.json").write_text("[" * 100_000)
    with pytest.raises(UnusableList, match="cannot be read"):
        label_studio_set(tmp_path / "all.json")
