"""From bytes that anyone may have sent to pixels, or to the reason why there are none."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from chalicelib.vision.image_stream import MOST_UNFOLDED, PictureData, jpeg_picture, png_picture

SMALLEST_SIDE = 16
"""Pixels. Two cells of the detector's grid: on less there is nothing to compare."""

LARGEST_SIDE = 8192
MOST_PIXELS = 50_000_000
"""Bound what a few bytes may unfold to: an image of this size needs 500 to 700 MiB of memory while it is read."""

MOST_SCANS = 100
"""Each scan of a JPEG takes as long as all its pixels, and hardly a byte."""

type Reader = type[JpegImageFile | PngImageFile]

# The readers are named, not found by Pillow, so that no other format's code is ever reached.
_READERS: dict[bytes, tuple[Reader, Callable[[bytes], PictureData]]] = {
    b"\xff\xd8\xff": (JpegImageFile, jpeg_picture),
    b"\x89PNG\r\n\x1a\n": (PngImageFile, png_picture),
}

# All that Pillow's two readers were seen to raise on damaged files (an assertion: a palette image without a palette).
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


def decode(content: bytes) -> NDArray[np.uint8]:
    """The image as (H, W, 3) RGB, 0 to 255, upright, not to be written to; `Undecodable` says why there is none.

    JPEG and PNG only. The EXIF orientation is applied. Grey, 1-bit, palette and CMYK become RGB; 16-bit grey is
    scaled from its full range; what is transparent is shown on white; of an animated PNG the first frame counts.
    Metadata, and what follows the image in its file (a video, more images), plays no part.
    """
    image = upright_image(content)
    try:
        return np.asarray(_rgb(image))
    except _DAMAGED as damage:
        raise Undecodable(f"the image is damaged or cut off: {damage}") from damage


def upright_image(content: bytes) -> Image.Image:
    """The image in the mode that the file has, upright. Raises `Undecodable`."""
    image = _opened(content)
    try:
        image.load()
        return _upright(image)
    except _DAMAGED as damage:
        raise Undecodable(f"the image is damaged or cut off: {damage}") from damage


def upright_size(content: bytes) -> tuple[int, int]:
    """The (width, height) that `decode` gives the image, from its header alone. Raises `Undecodable`."""
    image = _opened(content)
    width, height = image.size
    return (height, width) if _orientation(image) >= 5 else (width, height)


def _picture(content: bytes) -> tuple[Reader, bytes]:
    """The reader for the file, and the bytes that it needs to see."""
    if not content:
        raise Undecodable("the file is empty (0 bytes)")
    for magic, (reader, picture_of) in _READERS.items():
        if content.startswith(magic):
            picture = picture_of(content)
            _check(picture)
            return reader, picture.content
    raise Undecodable(f"the file is neither a JPEG nor a PNG image (its first bytes are {content[:8].hex(' ')})")


def _check(picture: PictureData) -> None:
    if picture.scans > MOST_SCANS:
        raise Undecodable(f"the JPEG has over {MOST_SCANS} scans, where a progressive image has about ten")
    if picture.unfolded > MOST_UNFOLDED:
        raise Undecodable(f"the PNG's metadata unfolds to over {MOST_UNFOLDED // 1024**2} MiB")


def _opened(content: bytes) -> JpegImageFile | PngImageFile:
    """The image with its header read and its size within the limit, but no pixel decoded."""
    reader, picture = _picture(content)
    try:
        image = reader(BytesIO(picture))
    except _DAMAGED as damage:
        raise Undecodable(f"the image's header is damaged or cut off: {damage}") from damage
    width, height = image.size
    if min(width, height) < SMALLEST_SIDE:
        raise Undecodable(f"the image is too small: {width} x {height} px, the least is {SMALLEST_SIDE} px a side")
    if max(width, height) > LARGEST_SIDE or width * height > MOST_PIXELS:
        raise Undecodable(
            f"the image is too large: {width} x {height} px, the most is {LARGEST_SIDE} px a side"
            f" and {MOST_PIXELS // 1_000_000} megapixels"
        )
    return image


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or it cannot be read."""
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except _DAMAGED:
        return 1
    return orientation if orientation in _UPRIGHT else 1


def _upright(image: Image.Image) -> Image.Image:
    """The image turned as its EXIF orientation says; as it is stored where that cannot be read."""
    turn = _UPRIGHT.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def _rgb(image: Image.Image) -> Image.Image:
    """The image in mode RGB."""
    if image.mode.startswith("I"):
        wide = np.asarray(image).astype(np.float32)  # 16-bit grey: Pillow's own conversion would clip it at 255
        return Image.fromarray(np.rint(wide / 257).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    visible = image.convert("RGBA")
    on_white = Image.new("RGB", image.size, "white")
    on_white.paste(visible, mask=visible.getchannel("A"))
    return on_white
