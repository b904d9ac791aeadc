"""COCO files: an image with an annotation is anomalous, its kind is the category, and the shapes are its mask.

Categories with the name of a normal folder (`good`, `ok`, ...) mark no defects. Of several files, those with `test` in
their path are for the test; without one, those with `val`. https://cocodataset.org/#format-data
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from chalicelib.models.csv_lists import local
from chalicelib.models.dataset import ImageSet
from chalicelib.models.drawings import Drawing, Polygon, Runs, box, unpacked
from chalicelib.models.lists import ImageList, ListedImage, UnusableList, is_file, set_of
from chalicelib.models.names import NORMAL, label_of

_PART = re.compile(r"(?<![a-z])(test|val)", re.IGNORECASE)

type Json = Mapping[str, Any]


def coco_files(folder: Path) -> list[Path]:
    """The COCO files in a folder, in its `annotations/`, or one in each of its folders of images."""
    places = ("*.json", "annotations/*.json", "*/_annotations.coco.json")
    found = sorted({path for place in places for path in folder.glob(place)})
    return [path for path in found if not path.name.startswith(".") and _is_coco(path)]


def coco_set(files: Sequence[Path], source: Path) -> ImageSet:
    """The data set of COCO files. Raises `UnusableList`."""
    listed = ImageList(source, "give a folder with a second COCO file for the test, with test in its name")
    parts = {file: _part_of(file, source) for file in files}
    held_out = next((part for part in ("test", "val") if part in parts.values()), None) if len(files) > 1 else None
    for file, part in parts.items():
        if part == "val" and held_out == "test":
            listed.left_out[file] = "it is for validation: only training and test are used"
            continue
        content = _read(file)
        try:
            listed.images += _images(content, file, test=part == held_out)
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise UnusableList(f"{file} is no COCO file: {type(error).__name__}: {error}") from error
    return set_of(listed)


def _part_of(file: Path, source: Path) -> str:
    found = _PART.search(file.relative_to(source).as_posix() if source.is_dir() else file.name)
    return found[1].lower() if found else "train"


def _images(content: Json, file: Path, *, test: bool) -> Iterator[ListedImage]:
    names = {each["id"]: str(each["name"]) for each in content.get("categories", [])}
    defects = defaultdict(list)
    for annotation in content.get("annotations", []):
        if label_of(names.get(annotation.get("category_id"), "")) != NORMAL:
            defects[annotation["image_id"]].append(annotation)
    for image in content["images"]:
        found = defects[image["id"]]
        kinds = sorted({names[each["category_id"]] for each in found if each.get("category_id") in names})
        mask = _drawing(image, found) if found else None
        yield ListedImage(_located(file, str(image["file_name"])), bool(found), test, ", ".join(kinds) or None, mask)


def _located(file: Path, name: str) -> Path:
    """Where an image of a COCO file is: beside it, or in the folders that tools use; beside it when it is nowhere."""
    split = file.stem.removeprefix("instances_")
    folders = (parent / below for parent in (file.parent, file.parent.parent) for below in ("", "images", split))
    return next((path for folder in folders if is_file(path := folder / local(name))), file.parent / local(name))


def _drawing(image: Json, annotations: Sequence[Json]) -> Drawing | None:
    """What the annotations mark; None when the image's size is not said."""
    if "width" not in image or "height" not in image:
        return None
    polygons: list[Polygon] = []
    runs: list[Runs] = []
    for annotation in annotations:
        shape = annotation.get("segmentation")
        if isinstance(shape, Mapping):
            runs.append(_runs(shape["counts"]))
        elif shape:
            polygons += [_polygon(flat) for flat in shape if len(flat) >= 6]
        elif annotation.get("bbox"):
            polygons.append(box(*map(float, annotation["bbox"])))
    return Drawing((int(image["width"]), int(image["height"])), tuple(polygons), tuple(runs))


def _runs(counts: str | Sequence[int]) -> Runs:
    return unpacked(counts) if isinstance(counts, str) else tuple(map(int, counts))


def _polygon(flat: Sequence[float]) -> Polygon:
    values = list(map(float, flat))
    return tuple(zip(values[::2], values[1::2], strict=True))


def _read(file: Path) -> Json:
    try:
        content = json.loads(file.read_bytes())
    except OSError as error:
        raise UnusableList(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UnusableList(f"{file} is no JSON: {error}") from error
    if not isinstance(content, Mapping) or not isinstance(content.get("images"), list):
        raise UnusableList(f"{file} is no COCO file: it has no list of images")
    return content


def _is_coco(file: Path) -> bool:
    try:
        _read(file)
    except UnusableList:
        return False
    return True
