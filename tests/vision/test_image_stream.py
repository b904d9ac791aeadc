"""Metadata, and what follows an image in its file, decides nothing: only the picture's own bytes count."""

import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from chalicelib.vision.decode import MOST_SCANS, Undecodable, decode, upright_size
from chalicelib.vision.image_stream import MOST_UNFOLDED
from tests.vision.test_decode import chunk, exif_of, photo, png_claiming, saved

MEGABYTES = 2_000_000


def jpeg(*segments: bytes, **options: object) -> bytes:
    """The photo as a JPEG with these segments after its start."""
    content = saved(photo(), "JPEG", **options)
    return content[:2] + b"".join(segments) + content[2:]


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def png(*chunks: bytes) -> bytes:
    """The photo as a PNG with these chunks before its pixels."""
    content = saved(photo())
    return content[:33] + b"".join(chunks) + content[33:]


SCANS = b"\xff\xda\x00\x08" * (MOST_SCANS + 1)

JPEGS: dict[str, Callable[[], bytes]] = {
    "a video after it": lambda: jpeg() + b"\0\0\0\x18ftypmp42" + np.random.default_rng(1).bytes(MEGABYTES) + SCANS,
    "other images after it": lambda: jpeg() + saved(photo().rotate(180), "JPEG") * 120,
    "a multi-picture file": lambda: saved(photo(), "MPO", save_all=True, append_images=[photo().rotate(180)]),
    "an EXIF preview with many scans": lambda: jpeg(segment(0xE1, b"Exif\0\0" + b"II*\0\x08\0\0\0\0\0" + SCANS)),
    "a comment that looks like scans": lambda: jpeg(segment(0xFE, SCANS)),
    "a colour profile of many parts": lambda: jpeg(
        *[segment(0xE2, b"ICC_PROFILE\0" + bytes([n + 1, 200]) + bytes(60_000)) for n in range(200)]
    ),
    "Photoshop data that is damaged": lambda: jpeg(segment(0xED, b"Photoshop 3.0\x008BIM\x03\xed\0")),
    "fill bytes before its markers": lambda: jpeg(b"\xff" * 9),
    "restart markers": lambda: jpeg(restart_marker_blocks=1),
}


@pytest.mark.parametrize("kind", JPEGS)
def test_a_jpeg_is_its_first_image_whatever_else_the_file_holds(kind: str) -> None:
    assert np.array_equal(decode(JPEGS[kind]()), decode(jpeg()))


TEXT = b"note\0\0" + zlib.compress(bytes(MEGABYTES))
PNGS: dict[str, Callable[[], bytes]] = {
    "zTXt": lambda: png(chunk(b"zTXt", TEXT)),
    "iTXt, packed": lambda: png(chunk(b"iTXt", b"note\0\1\0en\0\0" + zlib.compress(bytes(MEGABYTES)))),
    "iTXt, plain": lambda: png(chunk(b"iTXt", b"note\0\0\0en\0\0" + b"x" * 3 * MEGABYTES)),
    "XMP": lambda: png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b" " * MEGABYTES))),
    "iCCP": lambda: png(chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(MEGABYTES)))),
    "a text that is damaged": lambda: png(chunk(b"zTXt", b"note\0\0no zlib data")),
    "a private chunk": lambda: png(chunk(b"prVt", bytes(MEGABYTES))),
    "a text with a wrong checksum": lambda: png(chunk(b"tEXt", b"a\0b")[:-1] + b"?"),
    "bytes after its end": lambda: png() + bytes(MEGABYTES) + chunk(b"zTXt", TEXT),
    "more frames": lambda: saved(photo(), save_all=True, append_images=[photo().rotate(180)]),
}


@pytest.mark.parametrize("kind", PNGS)
def test_a_png_is_its_pixels_whatever_its_metadata(kind: str) -> None:
    assert np.array_equal(decode(PNGS[kind]()), np.asarray(photo()))


def test_metadata_that_unfolds_without_end_is_refused_with_its_reason() -> None:
    bomb = chunk(b"iTXt", b"note\0\1\0en\0\0" + zlib.compress(bytes(MOST_UNFOLDED + 1)))
    with pytest.raises(Undecodable, match="metadata unfolds to over 64 MiB"):
        decode(png_claiming(64, 64, bomb))


@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_the_orientation_stands_beside_large_metadata(format_: str) -> None:
    stored = saved(photo(), format_, exif=exif_of(orientation=6))
    extra = segment(0xED, bytes(60_000)) if format_ == "JPEG" else chunk(b"zTXt", TEXT)
    at = 2 if format_ == "JPEG" else 33
    content = stored[:at] + extra + stored[at:]
    assert decode(content).shape == (48, 32, 3)
    assert upright_size(content) == (32, 48)


def test_an_orientation_in_xmp_counts_as_before() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", '<x tiff:Orientation="6"/>')
    content = saved(photo(), pnginfo=info)
    assert decode(content).shape == (48, 32, 3)


def test_the_upright_size_is_that_of_the_pixels() -> None:
    assert upright_size(saved(Image.new("L", (40, 30)))) == (40, 30)
    with pytest.raises(Undecodable, match="too small"):
        upright_size(saved(Image.new("L", (4, 4))))


def test_colours_that_are_transparent_stay_so() -> None:
    image = Image.new("RGB", (20, 20), (9, 9, 9))
    image.putpixel((0, 0), (8, 8, 8))
    pixels = decode(saved(image, transparency=(9, 9, 9)))
    assert pixels[0, 0].tolist() == [8, 8, 8]
    assert pixels[1:].min() == 255
