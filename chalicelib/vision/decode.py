"""From bytes that anyone may have sent to pixels, or to the reason why there are none."""

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from chalicelib.vision.image_stream import MOST_UNFOLDED, PictureData, jpeg_picture, png_picture
from chalicelib.vision.reduction import reduction

SMALLEST_SIDE = 16
"""Pixels. Two cells of the detector's grid: on less there is nothing to compare."""

LARGEST_SIDE = 8192
MOST_PIXELS = 50_000_000
"""Bound what a few bytes may unfold to: an image of this size needs 500 to 700 MiB of memory while it is read."""

MOST_SCANS = 100
"""Each scan of a JPEG takes as long as all its pixels, and hardly a byte."""

FEWEST_BITS = 8
"""Of 16-bit grey that is shown with as many bits as it has."""


@dataclass(frozen=True)
class Format:
    """A format of images. Its reader is named, not found by Pillow: no other format's code is ever reached."""

    name: str
    begins: re.Pattern[bytes]
    reader: type[ImageFile]
    picture_of: Callable[[bytes], PictureData]


UPLOADED = (
    Format("JPEG", re.compile(rb"\xff\xd8\xff"), JpegImageFile, jpeg_picture),
    Format("PNG", re.compile(rb"\x89PNG\r\n\x1a\n"), PngImageFile, png_picture),
)
"""What an upload may be. `file_formats` has those of files on a disk."""

# All that Pillow's readers were seen to raise on damaged files (an assertion: a palette image without a palette).
# A MemoryError is not among them: it is no property of the image.
_DAMAGED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)

_ORIENTATION = 0x0112  # the EXIF tag; 1 is upright
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Undecodable(ValueError):
    """This file can never be inspected; the message says why."""


class Reduced(NamedTuple):
    """A photo (h, w, 3) RGB, not to be written to, and the (height, width) in px of the image that it was made of."""

    photo: NDArray[np.uint8]
    size: tuple[int, int]


def decode(content: bytes, formats: Sequence[Format] = UPLOADED, grey_bits: int | None = 16) -> NDArray[np.uint8]:
    """The image as (H, W, 3) RGB, 0 to 255, upright, not to be written to; `Undecodable` says why there is none.

    The EXIF orientation is applied. Grey, 1-bit, palette and CMYK become RGB; 16-bit grey is scaled from the range of
    `grey_bits`, with None of as many as this image has; what is transparent is shown on white; of an animation or a
    file of many pages the first image counts. Metadata, and what follows the image in its file, plays no part.
    """
    return np.asarray(_decoded(content, formats, grey_bits))


def decode_reduced(
    content: bytes, wanted: tuple[int, int], formats: Sequence[Format] = UPLOADED, grey_bits: int | None = 16
) -> Reduced:
    """The image as `decode` has it, but reduced by a whole number if it is much larger than `wanted`.

    `wanted` is the (height, width) in px that the photo will be resized to. Of a photo of many millions of pixels this
    saves most of the time after reading it.
    """
    image = _decoded(content, formats, grey_bits)
    size = image.height, image.width
    return Reduced(np.asarray(image.reduce(reduction(size, wanted))), size)


def _decoded(content: bytes, formats: Sequence[Format], grey_bits: int | None) -> Image.Image:
    image = upright_image(content, formats)
    with _damage_refused():
        return _rgb(image, grey_bits)


def upright_image(content: bytes, formats: Sequence[Format] = UPLOADED) -> Image.Image:
    """The image in the mode that the file has, upright. Raises `Undecodable`."""
    image = _opened(content, formats)
    with _damage_refused():
        image.load()
        return _upright(image)


def visible_image(content: bytes, formats: Sequence[Format] = UPLOADED) -> Image.Image:
    """The image as `decode` has it, in mode RGB, but grey of 16 bits with all of them. Raises `Undecodable`."""
    image = upright_image(content, formats)
    with _damage_refused():
        if image.mode.startswith("I;16"):
            return Image.fromarray(np.asarray(image).astype(np.uint16))
        return _rgb(image, 16)


def upright_size(content: bytes, formats: Sequence[Format] = UPLOADED) -> tuple[int, int]:
    """The (width, height) that `decode` gives the image, from its header alone. Raises `Undecodable`."""
    image = _opened(content, formats)
    width, height = image.size
    return (height, width) if _orientation(image) >= 5 else (width, height)


def highest_grey(content: bytes, formats: Sequence[Format] = UPLOADED) -> int:
    """The highest value of an image with 16-bit greys; 0 for any other image. Raises `Undecodable`."""
    if not _opened(content, formats).mode.startswith("I"):
        return 0
    return int(np.asarray(upright_image(content, formats)).max())


def format_of(content: bytes, formats: Sequence[Format]) -> Format | None:
    """The format that the content, or its first bytes, begins as; None for any other."""
    return next((each for each in formats if each.begins.match(content)), None)


@contextmanager
def _damage_refused() -> Iterator[None]:
    try:
        yield
    except Undecodable:
        raise
    except _DAMAGED as damage:
        raise Undecodable(f"the image is damaged or cut off: {damage}") from damage


def _picture(content: bytes, formats: Sequence[Format]) -> tuple[Format, PictureData]:
    """The format of the file, and the bytes that its reader needs to see."""
    if not content:
        raise Undecodable("the file is empty (0 bytes)")
    found = format_of(content, formats)
    if found is None:
        names = " nor ".join(f"a {each.name}" for each in formats)
        raise Undecodable(f"the file is neither {names} image (its first bytes are {content[:8].hex(' ')})")
    picture = found.picture_of(content)
    _check(picture)
    return found, picture


def _check(picture: PictureData) -> None:
    if picture.scans > MOST_SCANS:
        raise Undecodable(f"the JPEG has over {MOST_SCANS} scans, where a progressive image has about ten")
    if picture.unfolded > MOST_UNFOLDED:
        raise Undecodable(f"the PNG's metadata unfolds to over {MOST_UNFOLDED // 1024**2} MiB")


def _opened(content: bytes, formats: Sequence[Format]) -> ImageFile:
    """The image with its header read and its size within the limit, but no pixel decoded."""
    found, picture = _picture(content, formats)
    if picture.size:
        _check_size(*picture.size)
    try:
        image = found.reader(BytesIO(picture.content))
    except _DAMAGED as damage:
        raise Undecodable(f"the image's header is damaged or cut off: {damage}") from damage
    _check_size(*image.size)
    return image


def _check_size(width: int, height: int) -> None:
    if min(width, height) < SMALLEST_SIDE:
        raise Undecodable(f"the image is too small: {width} x {height} px, the least is {SMALLEST_SIDE} px a side")
    if max(width, height) > LARGEST_SIDE or width * height > MOST_PIXELS:
        raise Undecodable(
            f"the image is too large: {width} x {height} px, the most is {LARGEST_SIDE} px a side"
            f" and {MOST_PIXELS // 1_000_000} megapixels"
        )


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or it cannot be read, or where Pillow turns the image."""
    if image.format == "TIFF":
        return 1
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except _DAMAGED:
        return 1
    return orientation if orientation in _UPRIGHT else 1


def _upright(image: Image.Image) -> Image.Image:
    """The image turned as its EXIF orientation says; as it is stored where that cannot be read."""
    turn = _UPRIGHT.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def _rgb(image: Image.Image, grey_bits: int | None) -> Image.Image:
    """The image in mode RGB."""
    if image.mode == "F":
        raise Undecodable("the pixels are decimal numbers (32-bit float): save the image with 8 or 16 bits")
    if image.mode.startswith("I"):
        return _from_wide(np.asarray(image), grey_bits)
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    visible = image.convert("RGBA")
    alpha = visible.getchannel("A")
    if not alpha.getextrema()[1]:
        raise Undecodable("every pixel is fully transparent, so there is nothing to see: save it without transparency")
    on_white = Image.new("RGB", image.size, "white")
    on_white.paste(visible, mask=alpha)
    return on_white


def _from_wide(wide: NDArray[np.integer], grey_bits: int | None) -> Image.Image:
    """Greys of up to 16 bits in mode RGB: Pillow's own conversion would clip them at 255."""
    highest = int(wide.max())
    if wide.min() < 0 or highest > 0xFFFF:
        raise Undecodable("the pixels have 32 bits: save the image with 8 or 16 bits")
    white = (1 << (grey_bits or max(FEWEST_BITS, highest.bit_length()))) - 1
    share = np.minimum(wide.astype(np.float32), white) * np.float32(255 / white)
    return Image.fromarray(np.rint(share).astype(np.uint8)).convert("RGB")
