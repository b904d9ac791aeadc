"""What an image file becomes, and what is said of a file that is none."""

import struct
import tracemalloc
import zlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chalicelib.vision.decode import (
    LARGEST_SIDE,
    MOST_PIXELS,
    MOST_SCANS,
    SMALLEST_SIDE,
    Undecodable,
    decode,
    decode_reduced,
)
from chalicelib.vision.features.resizing import resized
from tests.vision.damaged import damaged

SIDE = 48


def photo(mode: str = "RGB", size: tuple[int, int] = (SIDE, 32)) -> Image.Image:
    """A picture whose corners differ: red at the left, blue at the right, darker at the bottom."""
    width, height = size
    red = np.linspace(255, 0, width)[None, :] * np.linspace(1, 0.5, height)[:, None]
    pixels = np.stack([red, np.full_like(red, 40), red[:, ::-1]], axis=2).astype(np.uint8)
    return Image.fromarray(pixels).convert(mode)


def saved(image: Image.Image, format_: str = "PNG", **options: object) -> bytes:
    file = BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_claiming(width: int, height: int, *extra: bytes) -> bytes:
    """A PNG with a header of this size, these chunks, and a few bytes of pixels that unfold to megabytes of zeros."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    zeros = chunk(b"IDAT", zlib.compress(bytes(4_000_000)))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + zeros + chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    """A JPEG whose frame header claims this size."""
    content = saved(photo(), "JPEG")
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def test_a_png_decodes_to_its_very_pixels() -> None:
    assert np.array_equal(decode(saved(photo())), np.asarray(photo()))


def test_a_jpeg_decodes_to_rgb_rows_first() -> None:
    pixels = decode(saved(photo(), "JPEG", quality=95))
    assert pixels.shape == (32, SIDE, 3)
    assert pixels.dtype == np.uint8
    assert pixels[2, 2, 0] > 200
    assert pixels[2, -3, 0] < 60


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_every_exif_orientation_ends_upright(orientation: int, format_: str) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that stores the upright photo so
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = photo() if orientation == 1 else photo().transpose(Image.Transpose(undo[orientation]))
    pixels = decode(saved(stored, format_, exif=exif))
    assert pixels.shape == (32, SIDE, 3)
    assert np.abs(pixels.astype(int) - np.asarray(photo()).astype(int)).mean() < 8


@settings(deadline=None)
@given(st.tuples(*[st.integers(16, 700)] * 2), st.tuples(*[st.sampled_from((32, 64, 96))] * 2), st.booleans())
def test_a_photo_that_is_reduced_when_it_is_read_is_resized_to_the_same_pixels(
    size: tuple[int, int], wanted: tuple[int, int], grey: bool
) -> None:
    content = saved(photo("L" if grey else "RGB", size), "JPEG")
    whole, (reduced, came_as) = decode(content), decode_reduced(content, wanted)
    assert came_as == whole.shape[:2]
    assert np.array_equal(resized(reduced, wanted), resized(whole, wanted))
    assert all(min(side, 2 * least) <= left for side, least, left in zip(came_as, wanted, reduced.shape, strict=False))
    assert min(left / least for left, least in zip(reduced.shape, wanted, strict=False)) < 6


def test_an_image_with_damaged_exif_stands_as_it_is_stored() -> None:
    assert decode(saved(photo(), "JPEG", exif=b"Exif\0\0garbage that is no TIFF header")).shape == (32, SIDE, 3)


def test_of_an_animated_png_the_first_frame_counts() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "lime", "blue")]
    content = saved(frames[0], save_all=True, append_images=frames[1:])
    assert decode(content)[3, 3].tolist() == [255, 0, 0]


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "zero bytes": (lambda: b"", "empty"),
    "text": (lambda: b"hello, this is not an image", "neither a JPEG nor a PNG"),
    "another format": (lambda: saved(photo(), "GIF"), "neither a JPEG nor a PNG"),
    "magic alone, JPEG": (lambda: b"\xff\xd8\xff\xe0", "header is damaged"),
    "magic alone, PNG": (lambda: b"\x89PNG\r\n\x1a\n", "header is damaged"),
    "JPEG behind a PNG's magic": (lambda: b"\x89PNG\r\n\x1a\n" + saved(photo(), "JPEG"), "header is damaged"),
    "truncated JPEG": (lambda: saved(photo(), "JPEG")[:-200], "damaged or cut off"),
    "truncated progressive JPEG": (lambda: saved(photo(), "JPEG", progressive=True)[:-200], "damaged or cut off"),
    "truncated PNG": (lambda: saved(photo())[:-60], "damaged or cut off"),
    "1 x 1": (lambda: saved(Image.new("RGB", (1, 1))), "1 x 1 px, the least is 16"),
    "one pixel too low": (lambda: saved(Image.new("L", (900, SMALLEST_SIDE - 1))), "900 x 15 px"),
    "20,000 x 20,000 PNG": (lambda: png_claiming(20_000, 20_000), "20000 x 20000 px, the most is 8192"),
    "20,000 x 20,000 JPEG": (lambda: jpeg_claiming(20_000, 20_000), "20000 x 20000 px, the most is 8192"),
    "too wide": (lambda: png_claiming(LARGEST_SIDE + 1, 16), "too large"),
    "too many pixels": (lambda: png_claiming(8_000, 8_000), "50 megapixels"),
    "the most pixels": (lambda: png_claiming(8_000, 6_250), "damaged or cut off"),
    "a size that wraps around": (lambda: png_claiming(0xFFFFFFFF, 0xFFFFFFFF), "too large"),
    "a palette image without a palette": (
        lambda: png_claiming(64, 64).replace(
            chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)),
            chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 3, 0, 0, 0)),
        ),
        "damaged",
    ),
    "no pixels": (lambda: png_claiming(0, 0), "damaged"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_with_its_reason(kind: str) -> None:
    make, reason = BAD[kind]
    with pytest.raises(Undecodable, match=reason):
        decode(make())


def compressed_text(size: int) -> bytes:
    return chunk(b"zTXt", b"note\0\0" + zlib.compress(bytes(size)))


@pytest.mark.parametrize(
    "bomb",
    [
        lambda: png_claiming(64, 64, compressed_text(100_000_000)),
        lambda: png_claiming(64, 64, *[compressed_text(1_000_000)] * 100),
        lambda: png_claiming(64, 64, chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(100_000_000)))),
        lambda: png_claiming(20_000, 20_000),
        lambda: jpeg_claiming(60_000, 60_000),
    ],
    ids=["one long text", "many texts", "colour profile", "PNG pixels", "JPEG pixels"],
)
def test_a_bomb_is_refused_before_it_unfolds(bomb: Callable[[], bytes]) -> None:
    content = bomb()
    tracemalloc.start()
    with pytest.raises(Undecodable):
        decode(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000_000  # the text alone is Pillow's 64 MiB at most


def test_pixels_that_unfold_beyond_the_header_are_not_read() -> None:
    assert decode(png_claiming(64, 64)).shape == (64, 64, 3)


def test_the_largest_image_is_read() -> None:
    assert LARGEST_SIDE * 6_000 <= MOST_PIXELS
    assert decode(saved(Image.new("1", (LARGEST_SIDE, 16)))).shape == (16, LARGEST_SIDE, 3)


def exif_of(**values: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = values["orientation"]
    return exif


VALID = [
    saved(photo(), "JPEG", exif=exif_of(orientation=6)),
    saved(photo(), "JPEG", progressive=True),
    saved(photo("CMYK"), "JPEG"),
    saved(photo(), exif=exif_of(orientation=5)),
    saved(photo("P"), transparency=2),
    saved(photo("RGBA"), save_all=True, append_images=[photo("RGBA").rotate(90)]),
]


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of EXIF tags that it skips
@settings(max_examples=300)
@given(damaged(VALID))
def test_a_damaged_file_is_decoded_or_refused_and_nothing_else(candidates: tuple[bytes, bytes]) -> None:
    for candidate in candidates:
        try:
            assert decode(candidate).shape[2] == 3
        except Undecodable as refusal:
            assert str(refusal)  # noqa: PT017


@settings(max_examples=200)
@given(st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]), st.binary(max_size=300))
def test_random_bytes_are_refused(magic: bytes, noise: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(magic + noise)


def test_a_jpeg_of_endless_scans_is_refused_before_it_costs_time() -> None:
    written = BytesIO()
    Image.new("L", (64, 64)).save(written, "JPEG", progressive=True)
    progressive = written.getvalue()
    start = progressive.rindex(b"\xff\xda")
    scans = progressive[start:-2] * MOST_SCANS
    assert decode(progressive).shape == (64, 64, 3)
    with pytest.raises(Undecodable, match="scans"):
        decode(progressive[:-2] + scans + progressive[-2:])
