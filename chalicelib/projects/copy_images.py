"""Copy the images of a data set to the worker's disk, and find those that cannot be used."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePosixPath

from chalicelib.projects.errors import ImageUnavailable
from chalicelib.projects.examples import Example, Examples, Progress
from chalicelib.projects.manifest import Entry
from chalicelib.projects.places import Places
from chalicelib.projects.ports import ImageDownloads
from chalicelib.projects.training_size import LARGEST_IMAGE, Estimate, Room, require_disk

AT_A_TIME = 8


def copied(
    entries: Sequence[Entry], folder: Path, places: Places, images: ImageDownloads, progress: Progress, room: Room
) -> Examples:
    """The images as files in `<folder>/normal/` and `<folder>/anomaly/`, the masks of anomalies in `<folder>/masks/`.

    Raises `TooLarge` if there is no room for all.
    """
    used: list[Example] = []
    left_out: dict[str, str] = {}
    size = 0
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        files = [folder / str(each.label) / _name(number, each) for number, each in enumerate(entries)]
        copying = [
            pool.submit(_copied, entry, file, folder / "masks" / file.name, places, images)
            for entry, file in zip(entries, files, strict=True)
        ]
        try:
            for number, (entry, copy) in enumerate(zip(entries, copying, strict=True), start=1):
                try:
                    example, bytes_copied, unusable = copy.result()
                except ImageUnavailable as error:
                    left_out[entry.source] = str(error)
                else:
                    size += bytes_copied
                    left_out |= unusable
                    used.append(example)
                    require_disk(size, len(used), len(entries), room)
                progress(number / len(entries))
        finally:
            pool.shutdown(cancel_futures=True)
    return Examples(used, left_out)


def _name(number: int, entry: Entry) -> str:
    """A name of its own, of which people know the end. A file's name has at most 255 bytes, a character up to 4."""
    return f"{number:05d}-{PurePosixPath(entry.source).name[-60:]}"


def _copied(
    entry: Entry, file: Path, mask: Path, places: Places, images: ImageDownloads
) -> tuple[Example, int, dict[str, str]]:
    """Copy an image and the mask of an anomaly; the bytes of both, and why the mask cannot be used.

    Raises `ImageUnavailable`.
    """
    size = _copy(entry.source, file, places, images)
    if entry.mask is None or entry.label != "anomaly":
        return Example(entry, file), size, {}
    try:
        size += _copy(entry.mask, mask, places, images)
    except ImageUnavailable as error:
        return Example(entry, file), size, {entry.mask: f"the mask is not used: {error}"}
    return Example(entry, file, mask), size, {}


def _copy(uri: str, file: Path, places: Places, images: ImageDownloads) -> int:
    """Copy one image; its bytes. Raises `ImageUnavailable`."""
    if not places.have_image(uri):
        raise ImageUnavailable(f"it {places.refusal}")
    content = images.read(uri)
    if len(content) > LARGEST_IMAGE:
        raise ImageUnavailable(f"it has {len(content)} bytes; an image has at most {LARGEST_IMAGE}")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return len(content)


def without_unreadable(
    examples: Examples, megapixels: Callable[[Path], float], estimate: Estimate, progress: Progress
) -> Examples:
    """The images that can be decoded. Raises `TooLarge` if training with all would take too long."""
    used, left_out = [], dict(examples.left_out)
    for each in examples.used:
        progress(1.0)
        try:
            estimate.add(megapixels(each.path))
            used.append(each)
        except ImageUnavailable as error:
            left_out[each.entry.source] = str(error)
    return replace(examples, used=used, left_out=left_out)
