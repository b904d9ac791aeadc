"""BMP, TIFF and WebP files are decoded as JPEG and PNG are, and are no uploads."""

import struct
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chalicelib.vision.decode import Undecodable, decode, upright_size, visible_image
from chalicelib.vision.file_formats import CONVERTED, FILES
from tests.vision.damaged import damaged
from tests.vision.test_decode import photo, saved

LOSSLESS: dict[str, bytes] = {
    "BMP": saved(photo(), "BMP"),
    "TIFF": saved(photo(), "TIFF"),
    "TIFF, LZW": saved(photo(), "TIFF", compression="tiff_lzw"),
    "TIFF, deflate": saved(photo(), "TIFF", compression="tiff_adobe_deflate"),
    "BigTIFF": saved(photo(), "TIFF", big_tiff=True),
    "WebP": saved(photo(), "WEBP", lossless=True),
}
ALL = [
    *LOSSLESS.values(),
    saved(photo("P"), "BMP"),
    saved(photo("1"), "TIFF", compression="group4"),
    saved(photo("L"), "TIFF", compression="jpeg"),
    saved(photo("I;16"), "TIFF"),
    saved(photo(), "WEBP"),
    saved(photo("RGBA"), "WEBP", save_all=True, append_images=[photo("RGBA").rotate(90)]),
]


@pytest.mark.parametrize("kind", LOSSLESS)
def test_a_file_decodes_to_its_very_pixels(kind: str) -> None:
    assert np.array_equal(decode(LOSSLESS[kind], FILES), np.asarray(photo()))


@pytest.mark.parametrize("kind", LOSSLESS)
def test_an_upload_is_jpeg_or_png_only(kind: str) -> None:
    with pytest.raises(Undecodable, match="neither a JPEG nor a PNG image"):
        decode(LOSSLESS[kind])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["TIFF", "WEBP"])
def test_every_orientation_ends_upright(orientation: int, format_: str) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = photo() if orientation == 1 else photo().transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(stored, format_, lossless=True, exif=exif)
    assert np.array_equal(decode(content, FILES), np.asarray(photo()))
    assert upright_size(content, FILES) == photo().size


def test_the_first_page_counts() -> None:
    pages = [Image.new("RGB", (20, 20), colour) for colour in ("red", "lime")]
    content = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert decode(content, FILES)[3, 3].tolist() == [255, 0, 0]


def test_grey_of_sixteen_bits_is_kept_and_seen_as_eight() -> None:
    content = saved(Image.fromarray(np.full((20, 20), 0x8080, np.uint16)), "TIFF")
    assert decode(content, FILES)[0, 0].tolist() == [128, 128, 128]
    assert np.asarray(visible_image(content, FILES)).max() == 0x8080


@pytest.mark.parametrize(
    ("pixels", "reason"),
    [
        (np.ones((20, 20), np.float32), "decimal numbers"),
        (np.full((20, 20), 1 << 20, np.int32), "32 bits"),
    ],
)
def test_pixels_of_32_bits_are_refused_with_what_to_do(pixels: np.ndarray[tuple[int, int]], reason: str) -> None:
    with pytest.raises(Undecodable, match=f"{reason}.*save the image with 8 or 16 bits"):
        decode(saved(Image.fromarray(pixels), "TIFF"), FILES)


def webp_claiming(kind: bytes, body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + 8 + len(body)) + b"WEBP" + kind + struct.pack("<I", len(body)) + body


def tiff_claiming(side: int) -> bytes:
    content = saved(Image.new("L", (777, 777)), "TIFF")
    return content.replace(struct.pack("<HHII", 256, 4, 1, 777), struct.pack("<HHII", 256, 4, 1, side))


BOMBS: dict[str, Callable[[], bytes]] = {
    "WebP, lossy": lambda: webp_claiming(b"VP8 ", b"\x10\0\0\x9d\x01\x2a\xff\x3f\xff\x3f" + bytes(100)),
    "WebP, lossless": lambda: webp_claiming(b"VP8L", b"\x2f\xff\xff\xff\x0f" + bytes(100)),
    "WebP, extended": lambda: webp_claiming(b"VP8X", bytes(4) + b"\xff\xff\0" * 2 + bytes(100)),
    "BMP": lambda: b"BM" + bytes(8) + struct.pack("<IIiiHHI", 54, 40, 60_000, 60_000, 1, 24, 0) + bytes(24),
    "TIFF": lambda: tiff_claiming(60_000),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_file_that_claims_too_many_pixels_is_refused_before_they_take_memory(kind: str) -> None:
    content = BOMBS[kind]()
    tracemalloc.start()
    with pytest.raises(Undecodable, match="too large"):
        decode(content, FILES)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of tags that it skips
@settings(max_examples=300)
@given(damaged(ALL))
def test_a_damaged_file_is_decoded_or_refused_and_nothing_else(candidates: tuple[bytes, bytes]) -> None:
    for candidate in candidates:
        try:
            assert decode(candidate, FILES).shape[2] == 3
        except Undecodable as refusal:
            assert str(refusal)  # noqa: PT017


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=200)
@given(st.sampled_from([b"BM", b"II*\0", b"MM\0*", b"RIFF\0\0\0\0WEBP"]), st.binary(max_size=300))
def test_random_bytes_are_refused(magic: bytes, noise: bytes) -> None:
    assert any(each.begins.match(magic) for each in CONVERTED)
    with pytest.raises(Undecodable):
        decode(magic + noise, FILES)
