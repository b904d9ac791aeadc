"""The images of a folder, and what is told of each before it is sent."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import md5, sha256
from io import BytesIO
from pathlib import Path

from PIL import Image

from chalicelib.core.image import LARGEST_BYTES, content_type_of, image_id_of
from chalicelib.vision.decode import Undecodable, decode

SUFFIXES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
JPEG_QUALITY = 92
LARGEST_BATCH = 100
HELD_BYTES = 64 * 1024 * 1024
"""What a batch may hold in memory: a hundred images of the largest size would be two gigabytes."""

type Stamp = tuple[int, int]
"""Size in bytes and time of change in nanoseconds: a file that has another one holds another image."""


class Unsendable(Exception):
    """This file cannot be sent; the message says why."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One image, ready to be sent."""

    file: Path
    stamp: Stamp
    content: bytes
    content_type: str
    captured_at: datetime
    sha256: str

    @property
    def etag(self) -> str:
        """The ETag that the bucket gives these bytes."""
        return md5(self.content, usedforsecurity=False).hexdigest()

    def place(self, camera: str) -> tuple[str, date]:
        """What its key is made of: shots with the same place are one object."""
        return image_id_of(camera, self.sha256), self.captured_at.date()


def images_in(folder: Path) -> list[Path]:
    """The .jpg, .jpeg and .png files below a folder in any case, by name; hidden ones are left out."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return sorted(path for path in found if not _hidden(path.relative_to(folder)) and path.is_file())


def stamp_of(file: Path) -> Stamp | None:
    """The file's size and time of change; None when it is gone."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_size, status.st_mtime_ns


def watched(folder: Path, pause: Callable[[], object]) -> Iterator[list[Path]]:
    """Again and again, with a pause between, the images that have not changed since: nobody is writing them."""
    before: dict[Path, Stamp | None] = {}
    while True:
        seen = {file: stamp_of(file) for file in images_in(folder)}
        yield [file for file, stamp in seen.items() if stamp is not None and before.get(file) == stamp]
        before = seen
        pause()


def batches(files: Sequence[Path], most: int = LARGEST_BATCH) -> Iterator[list[Path]]:
    """The files in their order, as many at once as one request takes and memory should hold."""
    batch: list[Path] = []
    held = 0
    for file in files:
        size, _ = stamp_of(file) or (0, 0)
        if batch and (len(batch) == most or held + size > HELD_BYTES):
            yield batch
            batch, held = [], 0
        batch.append(file)
        held += size
    if batch:
        yield batch


def take(file: Path, *, shrink_to: int | None = None, clock: Callable[[], datetime] | None = None) -> Shot:
    """Read an image. It was captured when its file was last changed, or by `clock` now; `Unsendable` says why not."""
    try:
        stamp, content = stamp_of(file), file.read_bytes()
    except OSError as error:
        raise Unsendable(f"the file cannot be read: {error.strerror}") from error
    if stamp is None:
        raise Unsendable("the file was deleted")
    if shrink_to is not None:
        content = shrunk(content, shrink_to)
    if not content:
        raise Unsendable("the file is empty")
    if len(content) > LARGEST_BYTES:
        raise Unsendable(f"the file has {len(content):,} bytes, and an image may have {LARGEST_BYTES:,}: shrink it")
    captured_at = datetime.fromtimestamp(stamp[1] / 1e9, UTC) if clock is None else clock()
    content_type = content_type_of(content) or SUFFIXES[file.suffix.lower()]  # the service says what else it is
    return Shot(file, stamp, content, content_type, captured_at, sha256(content).hexdigest())


def shrunk(content: bytes, longest_side: int) -> bytes:
    """The image with its longest side at most `longest_side` pixels, in the format that it had.

    What is small enough, or cannot be decoded, stays as it is: the service keeps the reason with the image.
    """
    try:
        image = Image.fromarray(decode(content))
    except Undecodable:
        return content
    if max(image.size) <= longest_side:
        return content
    image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    file = BytesIO()
    if content_type_of(content) == "image/png":
        image.save(file, "PNG")
    else:
        image.save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
