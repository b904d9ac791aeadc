"""Reading images and putting them into batches."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chalicelib.core.image import LARGEST_BYTES
from chalicelib.models.image_files import find_images
from chalicelib.vision.decode import decode, highest_grey
from linewatch.camera.files import BATCH_BYTES, Unsendable, as_uploaded, batches, read_image


def test_images_are_batched_in_subfolders_in_any_case_and_hidden_ones_are_not(tmp_path: Path) -> None:
    for name in ("b.JPG", "a/c.jpeg", "a/D.Png", ".hidden.png", ".git/e.png", "notes.txt", "f.gif"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [file.name for file in find_images(tmp_path).images] == ["D.Png", "c.jpeg", "b.JPG"]


@given(st.lists(st.integers(0, BATCH_BYTES // 4), max_size=30), st.integers(1, 5))
def test_batches_keep_the_order_and_their_limits(sizes: list[int], most: int) -> None:
    class Sized(type(Path())):  # type: ignore[misc]
        """A file of a given size that needs no disk."""

        def stat(self, **_: object) -> object:
            return type("Status", (), {"st_size": sizes[int(self.name)], "st_mtime_ns": 0})

    files = [Sized(str(index)) for index in range(len(sizes))]
    batched = list(batches(files, most))
    assert [file for batch in batched for file in batch] == files
    assert all(1 <= len(batch) <= most for batch in batched)
    assert all(sum(sizes[int(file.name)] for file in batch) <= BATCH_BYTES for batch in batched if len(batch) > 1)


def test_a_batch_has_a_limited_number_of_bytes(tmp_path: Path) -> None:
    files = [tmp_path / name for name in "abc"]
    for file in files:
        with file.open("wb") as opened:
            opened.truncate(BATCH_BYTES // 2)
    assert list(batches(files)) == [files[:2], files[2:]]


def test_a_file_of_the_largest_size_is_sent(tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(bytes(LARGEST_BYTES))
    assert len(read_image(tmp_path / "large.png").content) == LARGEST_BYTES


def test_a_png_that_is_named_jpg_is_sent_as_png(tmp_path: Path) -> None:
    Image.new("RGB", (16, 16)).save(tmp_path / "a.jpg", "PNG")
    assert read_image(tmp_path / "a.jpg").content_type == "image/png"


def test_a_missing_or_too_large_file_cannot_be_sent(tmp_path: Path) -> None:
    with pytest.raises(Unsendable, match="cannot be read"):
        read_image(tmp_path / "gone.png")
    (tmp_path / "large.png").write_bytes(bytes(LARGEST_BYTES + 1))
    with pytest.raises(Unsendable, match="20,971,521 bytes"):
        read_image(tmp_path / "large.png")


@pytest.mark.parametrize(("suffix", "magic"), [("png", b"\x89PNG"), ("jpg", b"\xff\xd8\xff")])
def test_a_large_image_is_shrunk_in_its_own_format(tmp_path: Path, suffix: str, magic: bytes) -> None:
    Image.new("RGB", (400, 200), "teal").save(tmp_path / f"a.{suffix}")
    content = read_image(tmp_path / f"a.{suffix}", shrink_to=100).content
    assert content.startswith(magic)
    assert decode(content).shape == (50, 100, 3)


def test_a_small_or_broken_image_is_not_changed(tmp_path: Path) -> None:
    Image.new("RGB", (90, 80)).save(tmp_path / "a.png")
    content = (tmp_path / "a.png").read_bytes()
    assert as_uploaded(content, 100) == content
    assert as_uploaded(content[:-30], 100) == content[:-30]


@pytest.mark.parametrize(
    ("suffix", "options"),
    [("bmp", {}), ("tif", {}), ("tif", {"compression": "tiff_lzw"}), ("webp", {"lossless": True})],
)
def test_an_image_that_no_upload_may_be_becomes_a_png_of_the_same_pixels(
    tmp_path: Path, suffix: str, options: dict[str, Any]
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / f"a.{suffix}", **options)
    sent = read_image(tmp_path / f"a.{suffix}")
    assert sent.content_type == "image/png"
    assert np.array_equal(decode(sent.content), pixels)
    assert sent.sha256 == read_image(tmp_path / f"a.{suffix}").sha256


@pytest.mark.parametrize("shrink_to", [None, 30])
def test_grey_of_sixteen_bits_keeps_them_on_the_way(tmp_path: Path, shrink_to: int | None) -> None:
    Image.fromarray(np.full((60, 40), 2500, np.uint16)).save(tmp_path / "a.tif")
    content = read_image(tmp_path / "a.tif", shrink_to=shrink_to).content
    assert highest_grey(content) == 2500
    assert decode(content, grey_bits=12)[3, 3, 0] == round(2500 * 255 / 4095)


def test_a_damaged_image_that_would_be_converted_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "a.bmp").write_bytes(b"BM and no more")
    with pytest.raises(Unsendable, match="damaged"):
        read_image(tmp_path / "a.bmp")


def test_a_large_file_is_sent_when_its_png_is_small(tmp_path: Path) -> None:
    Image.new("RGB", (3000, 2500), "teal").save(tmp_path / "a.bmp")
    assert (tmp_path / "a.bmp").stat().st_size > LARGEST_BYTES
    assert len(read_image(tmp_path / "a.bmp").content) < LARGEST_BYTES
