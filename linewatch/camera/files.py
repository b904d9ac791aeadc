"""Find and read the images of a folder."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import md5, sha256
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from chalicelib.core.batches import in_batches
from chalicelib.core.image import LARGEST_BYTES, content_type_of, image_id_of
from chalicelib.models.image_files import FolderListing, find_images
from chalicelib.uploads.request import LARGEST_BATCH
from chalicelib.vision.decode import Undecodable, format_of, visible_image
from chalicelib.vision.file_formats import CONVERTED, FILES

JPEG_QUALITY = 92
BATCH_BYTES = 64 * 1024 * 1024
"""The most bytes of a batch in memory. A hundred images of the largest size would have two gigabytes."""
LARGEST_READ = 256 * 1024 * 1024
"""The most bytes of a file that is read for shrinking, or for conversion to PNG."""

type Stamp = tuple[int, int]
"""Size in bytes and time of change in nanoseconds. When it changes, the file has another image."""


class Unsendable(Exception):
    """This file cannot be sent. The message says why."""


class StillWritten(Exception):
    """The file changed while it was read. It may be sent later."""


@dataclass(frozen=True, slots=True)
class CapturedImage:
    """One image, ready to be sent."""

    file: Path
    stamp: Stamp
    content: bytes
    content_type: str
    captured_at: datetime
    sha256: str

    @property
    def etag(self) -> str:
        """The ETag that the bucket will return for these bytes."""
        return md5(self.content, usedforsecurity=False).hexdigest()

    def identity(self, camera: str) -> tuple[str, date]:
        """The parts of its key that depend on the image. Images with the same identity are one object."""
        return image_id_of(camera, self.sha256), self.captured_at.date()


def stamp_of(file: Path) -> Stamp | None:
    """The file's size and time of change. None when it does not exist or cannot be read."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def watched(folder: Path, pause: Callable[[], object]) -> Iterator[FolderListing]:
    """List the folder again and again, with a pause in between.

    `images` are only those that have not changed since the last listing, so that they are complete.
    """
    before: dict[Path, Stamp | None] = {}
    while True:
        listing = find_images(folder)
        now = {file: stamp_of(file) for file in listing.images}
        finished = [file for file, stamp in now.items() if stamp is not None and before.get(file) == stamp]
        yield FolderListing(finished, listing.unusable, listing.others)
        before = now
        pause()


def batches(files: Sequence[Path], most: int = LARGEST_BATCH) -> Iterator[list[Path]]:
    """The files in their order, in batches of at most `most` files and `BATCH_BYTES` bytes."""
    return in_batches(files, lambda file: (stamp_of(file) or (0, 0))[0], most=most, largest=BATCH_BYTES)


def read_image(
    file: Path, *, shrink_to: int | None = None, clock: Callable[[], datetime] | None = None
) -> CapturedImage:
    """Read an image. Its time of capture is the last change of the file, or `clock` when given.

    `Unsendable` or `StillWritten` when it cannot be sent.
    """
    try:
        stamp, content = _read(file, shrink_to)
        content = as_uploaded(content, shrink_to)
    except OSError as error:
        raise Unsendable(f"the file cannot be read: {error.strerror}") from error
    except (MemoryError, ValueError) as error:
        raise Unsendable(f"the image cannot be sent: {error or type(error).__name__}") from error
    if not content:
        raise Unsendable("the file is empty")
    _check_size(len(content), LARGEST_BYTES)
    captured_at = _changed_at(stamp) if clock is None else clock()
    content_type = content_type_of(content) or "image/jpeg"  # the service checks it
    return CapturedImage(file, stamp, content, content_type, captured_at, sha256(content).hexdigest())


def as_uploaded(content: bytes, longest_side: int | None = None) -> bytes:
    """The image as JPEG or PNG, with at most `longest_side` pixels on its longest side.

    BMP, TIFF and WebP become PNG; grey of 16 bits keeps them. A JPEG or PNG that is small enough, or that cannot be
    decoded, stays as it is: the service records why it cannot be decoded. Raises `Undecodable` for the other formats.
    """
    convert = format_of(content, CONVERTED)
    if not convert and longest_side is None:
        return content
    try:
        image = visible_image(content, FILES)
    except Undecodable:
        if convert:
            raise
        return content
    shrink = longest_side if longest_side is not None and max(image.size) > longest_side else None
    if not convert and not shrink:
        return content
    pixels = Image.fromarray(np.asarray(image))  # without the metadata of the file
    written = BytesIO()
    format_ = "JPEG" if content_type_of(content) == "image/jpeg" else "PNG"
    (_shrunk(pixels, shrink) if shrink else pixels).save(written, format_, quality=JPEG_QUALITY)
    return written.getvalue()


def _shrunk(image: Image.Image, longest_side: int) -> Image.Image:
    wide = image.mode.startswith("I;16")
    scalable = image.convert("I") if wide else image  # Pillow cannot scale 16 bits
    scalable.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    return scalable.convert("I;16") if wide else scalable


def _read(file: Path, shrink_to: int | None) -> tuple[Stamp, bytes]:
    """The file's content, and its stamp at that time."""
    status = file.stat()
    _check_size(status.st_size, LARGEST_READ if shrink_to is not None or _is_converted(file) else LARGEST_BYTES)
    content = file.read_bytes()
    stamp = status.st_size, status.st_mtime_ns
    if stamp_of(file) != stamp or len(content) != status.st_size:
        raise StillWritten("the file changed while it was read")
    return stamp, content


def _is_converted(file: Path) -> bool:
    with file.open("rb") as opened:
        return format_of(opened.read(16), CONVERTED) is not None


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise Unsendable(f"the file has {size:,} bytes, and an image may have {most:,}: shrink it")


def _changed_at(stamp: Stamp) -> datetime:
    try:
        return datetime.fromtimestamp(stamp[1] / 1e9, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Unsendable(
            "the file's time of change is not a valid date: set the camera's clock, or use --captured-now"
        ) from error
