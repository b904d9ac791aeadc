"""Exports of Label Studio in its format JSON: a list of tasks, each an image with annotations.

A choice names the label (`good`, `ng`, ...). An image with a drawn shape is anomalous: its kind is the label of the
shape, its mask the shapes. The last annotation of a task that was not cancelled counts.
https://labelstud.io/guide/export#Label-Studio-JSON-format-of-annotated-tasks
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from chalicelib.models.csv_lists import local
from chalicelib.models.dataset import ImageSet
from chalicelib.models.drawings import Drawing, Polygon, Runs, box
from chalicelib.models.label_studio_brush import brushed
from chalicelib.models.lists import ImageList, ListedImage, UnusableList, is_file, set_of
from chalicelib.models.names import ANOMALY, label_of

_UPLOADED = re.compile(r"[0-9a-f]{8}-")
"""What Label Studio puts before the name of an uploaded file."""
MOST_PARTS = 20
"""Of a path, from its end on: each is looked for, and a deeper one has no file."""
_WORDS = ("rectanglelabels", "polygonlabels", "brushlabels", "ellipselabels", "keypointlabels", "labels")

type Json = Mapping[str, Any]


def is_label_studio(content: object) -> bool:
    """Whether the content of a JSON file is such an export."""
    return isinstance(content, list) and bool(content) and all(isinstance(each, dict) for each in content)


def label_studio_set(file: Path, images: Path | None = None) -> ImageSet:
    """The data set of an export; the images are beside it, or in the folder `images`. Raises `UnusableList`."""
    listed = ImageList(file)
    try:
        tasks = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise UnusableList(f"{file} cannot be read: {error}") from error
    for number, task in enumerate(tasks, 1):
        try:
            listed.images.append(_image(task, images or file.parent))
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            listed.left_out[file / f"task {task.get('id', number)}"] = _described(error)
    return set_of(listed)


def _described(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else f"it is no task of an image: {type(error).__name__} {error}"


def _image(task: Json, folder: Path) -> ListedImage:
    path = _located(folder, _address(task["data"]))
    results = _results(task)
    shapes = [each for each in results if "original_width" in each and each["type"] != "choices"]
    shapes = [each for each in shapes if _kind(each) is None or label_of(_kind(each) or "") in (None, ANOMALY)]
    labels = {label for each in results for choice in _choices(each) if (label := label_of(choice))}
    if len(labels) != 1 and not shapes:
        raise ValueError("it says no label: expected a choice such as normal or anomaly, or a drawn shape")
    kinds = sorted({kind for each in shapes if (kind := _kind(each)) and label_of(kind) is None})
    return ListedImage(path, bool(shapes) or ANOMALY in labels, kind=", ".join(kinds) or None, mask=_drawing(shapes))


def _address(data: Json) -> str:
    """The task's image: the field of that name, or the only text that looks like a file."""
    for name in ("image", "img", "image_url"):
        if isinstance(data.get(name), str):
            return str(data[name])
    found = [each for each in data.values() if isinstance(each, str) and "." in each.rpartition("/")[2]]
    if len(found) != 1:
        raise ValueError(f"its data names no image: it has {', '.join(data) or 'nothing'}")
    return found[0]


def _located(folder: Path, address: str) -> Path:
    """The file of an address: by as much of its path as there is, and with or without what uploading put before it."""
    parts = urlsplit(address)
    path = local(parse_qs(parts.query).get("d", [unquote(parts.path)])[0].lstrip("/"))
    known = path.parts[-MOST_PARTS:]
    for parent in (folder, folder / "images"):
        for first in range(len(known)):
            name = Path(*known[first:])
            for each in (name, name.with_name(_UPLOADED.sub("", name.name, count=1))):
                if is_file(parent / each):
                    return parent / each
    return folder / path.name


def _results(task: Json) -> list[Json]:
    annotations = [each for each in task["annotations"] if not each.get("was_cancelled")]
    if not annotations:
        raise ValueError("it has no annotation")
    return list(annotations[-1]["result"])


def _choices(result: Json) -> Sequence[str]:
    return result["value"].get("choices", ()) if result["type"] == "choices" else ()


def _kind(result: Json) -> str | None:
    return next((value[0] for name in _WORDS if (value := result["value"].get(name))), None)


def _drawing(shapes: Sequence[Json]) -> Drawing | None:
    """What the shapes mark; None without any. All are of one image, so of one size."""
    if not shapes:
        return None
    size = (int(shapes[0]["original_width"]), int(shapes[0]["original_height"]))
    polygons = [polygon for each in shapes if (polygon := _polygon(each["value"], size))]
    return Drawing(size, tuple(polygons), tuple(_runs(shapes, size)))


def _runs(shapes: Sequence[Json], size: tuple[int, int]) -> Iterator[Runs]:
    return (brushed(each["value"]["rle"], size) for each in shapes if "rle" in each["value"])


def _polygon(value: Json, size: tuple[int, int]) -> Polygon | None:
    """The corners in pixels; a shape has its measures in percent of the image. None for another shape."""
    across, down = size[0] / 100, size[1] / 100
    if "points" in value:
        return tuple((float(x) * across, float(y) * down) for x, y in value["points"])
    if "width" in value:
        return box(value["x"] * across, value["y"] * down, value["width"] * across, value["height"] * down)
    if "radiusX" in value:
        left, top = value["x"] - value["radiusX"], value["y"] - value["radiusY"]
        return box(left * across, top * down, 2 * value["radiusX"] * across, 2 * value["radiusY"] * down)
    return None
