"""Put the images of a source among a project's images, and their lines into its data sets."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from threading import Lock

from chalicelib.access.domain import Grant
from chalicelib.projects.domain import Dataset, DatasetType
from chalicelib.projects.errors import NoSuchResource
from chalicelib.projects.training_size import LARGEST_IMAGE
from chalicelib.projects.wiring import ProjectsWiring
from chalicelib.vision.decode import UPLOADED, Undecodable, format_of
from linewatch.camera.files import as_uploaded
from linewatch.operate.datasets.example import CannotRead, Example, File, Found

UPLOADS = 8  # at a time
_CHUNK = 8 * 1024 * 1024  # bytes of lines in one change of a data set

type Progress = Callable[[Iterable[Example], int], Iterable[Example]]
"""Passes examples on as they are done with, and shows that; the number is how many there will be."""


@dataclass
class Imported:
    """The data sets as they are now, and a line about each thing that is not used."""

    datasets: list[Dataset] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    """A line of a manifest, or why there is none."""

    example: Example
    source: str
    content: dict[str, object]
    note: str = ""


def store(
    found: Found, project: str, grant: Grant, projects: ProjectsWiring, progress: Callable[..., Iterable[object]]
) -> Imported:
    """Upload what is not there yet, and add the lines to the data sets, which are created unless they exist.

    An image is stored once, by its digest: to import the same images again changes nothing.
    """
    imported = Imported(notes=list(found.notes))
    put = partial(_line, put=_equal_ones_in_turn(partial(projects.add_image, project, grant=grant)))
    with ThreadPoolExecutor(UPLOADS) as pool:
        lines = list(progress(pool.map(put, found.examples), len(found.examples)))
    for of in DatasetType:
        right = _once([each for each in lines if isinstance(each, _Line) and each.example.of is of], imported.notes)
        if right:
            imported.datasets.append(_add(right, project, of, grant, projects))
    imported.notes += [each.status_message for each in imported.datasets if each.status_message]
    return imported


def _equal_ones_in_turn(put: Callable[[bytes], str]) -> Callable[[bytes], str]:
    """Of equal images that come at the same time, the first is uploaded, and the others find it there."""
    locks: dict[bytes, Lock] = {}

    def put_in_turn(content: bytes) -> str:
        with locks.setdefault(sha256(content).digest(), Lock()):
            return put(content)

    return put_in_turn


def _line(example: Example, put: Callable[[bytes], str]) -> _Line:
    """Raises what `put` raises: an error of the upload is none of the image."""
    try:
        image, mask = (b"" if each is None else _content(each) for each in (example.image, example.mask))
    except (CannotRead, OSError, ValueError) as error:
        name = example.image.name
        return _Line(example, "", {}, f"{name}: {getattr(error, 'strerror', None) or error}")
    source = example.image.stored or put(image)
    masked = {} if example.mask is None else {example.mask_field: example.mask.stored or put(mask)}
    return _Line(example, source, {"source-ref": source, **example.fields, **masked})


def _content(file: File) -> bytes:
    """The image; nothing of one that is stored already. Raises `CannotRead`, OSError and ValueError."""
    return b"" if file.stored else _checked(file.read())


def _checked(content: bytes) -> bytes:
    """The image as JPEG or PNG. Raises ValueError for anything that is neither and cannot become a PNG."""
    image = as_uploaded(content)
    if format_of(image, UPLOADED) is None:
        raise Undecodable("it is no image: expected JPEG, PNG, BMP, TIFF or WebP")
    if len(image) > LARGEST_IMAGE:
        raise Undecodable(f"it has {len(image):,} bytes, and an image of a data set may have {LARGEST_IMAGE:,}")
    return image


def _once(lines: Sequence[_Line], notes: list[str]) -> list[_Line]:
    """The lines, one for each image. Of images that are equal the first counts; with two labels none does."""
    notes += [each.note for each in lines if each.note]
    right = [each for each in lines if not each.note]
    labels: dict[str, set[str]] = {}
    for each in right:
        labels.setdefault(each.source, set()).add(_label(each.content))
    unclear = {source for source, found in labels.items() if len(found) > 1}
    notes += [
        f"{each.example.image.name}: the same image has another label too" for each in right if each.source in unclear
    ]
    doubles = Counter(each.source for each in right if each.source not in unclear)
    if repeated := sum(doubles.values()) - len(doubles):
        notes.append(f"{repeated} images are the same as others, which count once")
    return list({each.source: each for each in reversed(right) if each.source not in unclear}.values())[::-1]


def _label(content: dict[str, object]) -> str:
    return json.dumps([value.get("class-name") for value in content.values() if isinstance(value, dict)])


def _add(lines: Sequence[_Line], project: str, of: DatasetType, grant: Grant, projects: ProjectsWiring) -> Dataset:
    try:
        projects.describe_dataset(project, of, grant)
    except NoSuchResource:
        projects.create_dataset(project, of, None, grant)
    texts = [json.dumps(each.content, ensure_ascii=False) for each in lines]
    return [projects.update_entries(project, of, each, grant) for each in _chunks(texts)][-1]


def _chunks(lines: Iterable[str]) -> Iterator[bytes]:
    chunk = bytearray()
    for line in lines:
        if len(chunk) > _CHUNK:
            yield bytes(chunk)
            chunk.clear()
        chunk += line.encode() + b"\n"
    yield bytes(chunk)
