"""A COCO file says what is anomalous by its annotations, and draws the masks."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from chalicelib.models.coco import coco_set
from chalicelib.models.drawings import Drawing, unpacked
from chalicelib.models.layouts import image_set
from chalicelib.models.lists import UnusableList
from chalicelib.models.masks import read_masks
from tests.models.kinds_of import kinds_of

SIZE = (40, 30)
DEFECT = np.zeros((30, 40), bool)
DEFECT[10:20, 5:25] = True


def runs_of(mask: NDArray[np.bool_]) -> list[int]:
    """The lengths of runs of background and defect in turn, down one column after the other."""
    flat = mask.T.ravel()
    ends = [0, *(np.flatnonzero(np.diff(flat)) + 1).tolist(), flat.size]
    runs = [stop - start for start, stop in pairwise(ends)]
    return [0, *runs] if flat[0] else runs


def packed(runs: list[int]) -> str:
    """COCO's compressed text, after `rleToString` of its C code."""
    text = ""
    for index, run in enumerate(runs):
        value = run - runs[index - 2] if index > 2 else run
        while True:
            bits, value = value & 31, value >> 5
            more = value != (-1 if bits & 16 else 0)
            text += chr((bits | 32 * more) + 48)
            if not more:
                break
    return text


SHAPES: dict[str, dict[str, Any]] = {
    "polygon": {"segmentation": [[5, 10, 24, 10, 24, 19, 5, 19]]},
    "box": {"bbox": [5, 10, 20, 10]},
    "box beside an empty segmentation": {"bbox": [5, 10, 20, 10], "segmentation": []},
    "run lengths": {"segmentation": {"size": [30, 40], "counts": runs_of(DEFECT)}},
    "compressed run lengths": {"segmentation": {"size": [30, 40], "counts": packed(runs_of(DEFECT))}},
}


def written(folder: Path, annotations: list[dict[str, Any]], name: str = "coco.json", images: str = "ab") -> Path:
    """A COCO file with these images, which are there."""
    for stem in images:
        Image.new("RGB", SIZE).save(folder / f"{stem}.png")
    listed = [{"id": n, "file_name": f"{x}.png", "width": 40, "height": 30} for n, x in enumerate(images)]
    categories = [{"id": 1, "name": "dent"}, {"id": 2, "name": "good"}, {"id": 3, "name": "hole"}]
    content = {"images": listed, "annotations": annotations, "categories": categories}
    (folder / name).write_text(json.dumps(content))
    return folder / name


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_the_same_mask(tmp_path: Path, shape: str) -> None:
    found = image_set(written(tmp_path, [{"image_id": 1, "category_id": 1, **SHAPES[shape]}]))
    assert found.train.normal.paths == (tmp_path / "a.png",)
    assert found.train.anomaly.paths == (tmp_path / "b.png",)
    assert kinds_of(found.train) == ["dent"]
    read = read_masks(found.train.anomaly.paths, found.train.masks)
    assert np.array_equal(read.marked[tmp_path / "b.png"], DEFECT)
    assert read.notes == []


def test_several_annotations_are_one_mask_and_name_all_kinds(tmp_path: Path) -> None:
    marks = [{"image_id": 0, "category_id": c, "bbox": [5, y, 20, 5]} for c, y in ((1, 10), (3, 15))]
    found = image_set(written(tmp_path, marks)).train
    assert kinds_of(found) == ["dent, hole"]
    assert np.array_equal(read_masks(found.anomaly.paths, found.masks).marked[tmp_path / "a.png"], DEFECT)


def test_an_annotation_that_says_good_marks_no_defect(tmp_path: Path) -> None:
    found = image_set(written(tmp_path, [{"image_id": 0, "category_id": 2, "bbox": [1, 1, 30, 20]}])).train
    assert (len(found.normal), len(found.anomaly)) == (2, 0)


def test_a_folder_for_each_part_with_its_own_file_is_one_set(tmp_path: Path) -> None:
    for part in ("train", "test"):
        (tmp_path / part).mkdir()
        written(tmp_path / part, [{"image_id": 0, "category_id": 1}], "_annotations.coco.json")
    found = image_set(tmp_path)
    assert found.train.anomaly.paths == (tmp_path / "train/a.png",)
    assert found.test.anomaly.paths == (tmp_path / "test/a.png",)
    assert (len(found.train.normal), len(found.test.normal)) == (1, 1)


@pytest.mark.parametrize(
    ("others", "tested", "left_out"),
    [(["test"], ["test"], []), (["valid"], ["valid"], []), (["test", "valid"], ["test"], ["valid"])],
)
def test_validation_is_the_test_where_there_is_no_other(
    tmp_path: Path, others: list[str], tested: list[str], left_out: list[str]
) -> None:
    for part in ("train", *others):
        (tmp_path / part).mkdir()
        written(tmp_path / part, [], "_annotations.coco.json", images="a")
    found = image_set(tmp_path)
    assert [path.parent.name for path in found.train.normal.paths] == ["train"]
    assert [path.parent.name for path in found.test.normal.paths] == tested
    assert [path.parent.name for path in found.train.left_out] == left_out


def test_images_are_found_in_the_folder_beside_the_annotations(tmp_path: Path) -> None:
    (tmp_path / "annotations").mkdir()
    (tmp_path / "train2017").mkdir()
    written(tmp_path / "train2017", [], "unused.json")
    (tmp_path / "train2017" / "unused.json").rename(tmp_path / "annotations" / "instances_train2017.json")
    assert [path.parent.name for path in image_set(tmp_path).train.normal.paths] == ["train2017", "train2017"]


@given(arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_run_lengths_draw_the_mask_that_they_were_made_of(mask: NDArray[np.bool_]) -> None:
    runs = runs_of(mask)
    assert unpacked(packed(runs)) == tuple(runs)
    drawn = Drawing((mask.shape[1], mask.shape[0]), runs=[unpacked(packed(runs))]).drawn()
    assert np.array_equal(np.asarray(drawn) > 0, mask)


@pytest.mark.parametrize("counts", [[5, 5], [-1, 1201], "0", "~~~~"])
def test_a_mask_that_cannot_be_drawn_is_named_and_its_image_still_counts(tmp_path: Path, counts: object) -> None:
    path = written(tmp_path, [{"image_id": 0, "category_id": 1, "segmentation": {"counts": counts}}])
    if counts == "~~~~":
        with pytest.raises(UnusableList, match=r"coco\.json is no COCO file"):
            image_set(path)
        return
    found = image_set(path).train
    assert "the mask of a.png is not used: its run lengths" in read_masks(found.anomaly.paths, found.masks).notes[0]


def test_a_size_that_no_image_has_takes_no_memory(tmp_path: Path) -> None:
    path = written(tmp_path, [{"image_id": 0, "category_id": 1, "bbox": [1, 1, 9, 9]}], images="a")
    path.write_text(path.read_text().replace('"width": 40', '"width": 4000000000'))
    found = image_set(path).train
    assert "annotations are of an image of 4000000000 x 30 px" in read_masks(found.anomaly.paths, found.masks).notes[0]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(
    spoilt=st.sampled_from(["id", "file_name", "width", "image_id", "category_id", "segmentation", "bbox", "name"]),
    value=json_values,
)
def test_a_file_with_any_value_is_read_or_refused(tmp_path: Path, spoilt: str, value: object) -> None:
    image = {"id": 0, "file_name": "a.png", "width": 40, "height": 30}
    mark = {"image_id": 0, "category_id": 1, "bbox": [1, 1, 3, 3], "segmentation": [[1, 1, 3, 3, 1, 3]]}
    category = {"id": 1, "name": "dent"}
    parts = [{**part, spoilt: value} if spoilt in part else part for part in (image, mark, category)]
    content = dict(zip(("images", "annotations", "categories"), ([part] for part in parts), strict=True))
    (tmp_path / "coco.json").write_text(json.dumps(content))
    try:
        coco_set([tmp_path / "coco.json"], tmp_path / "coco.json")
    except UnusableList as error:
        assert "coco.json is no COCO file" in str(error)  # noqa: PT017


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"images": 3}', b"[" * 100_000, b"\xff"])
def test_a_file_that_is_no_coco_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "coco.json").write_bytes(content)
    with pytest.raises(UnusableList, match=r"coco\.json"):
        image_set(tmp_path / "coco.json")


@pytest.mark.parametrize(
    "change",
    [('"width": 40', '"width": 1e999'), ("[1, 1, 5, 5]", f"[1, 1, 5, {10**400}]")],
)
def test_numbers_that_no_image_has_are_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    content = {
        "images": [{"id": 1, "file_name": "a.png", "width": 40, "height": 30}],
        "annotations": [{"image_id": 1, "bbox": [1, 1, 5, 5]}],
    }
    (tmp_path / "all.json").write_text(json.dumps(content).replace(*change))
    with pytest.raises(UnusableList, match="is no COCO file"):
        coco_set([tmp_path / "all.json"], tmp_path)


def test_a_name_too_long_for_a_file_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "all.json").write_text(json.dumps({"images": [{"id": 1, "file_name": "a" * 5000}]}))
    assert list(coco_set([tmp_path / "all.json"], tmp_path).train.left_out.values()) == [
        "it is listed, but there is no such file"
    ]
