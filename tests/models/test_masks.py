"""Masks of every usual encoding say the same; what is read in an unusual way is said."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from chalicelib.models.drawings import Drawing, box
from chalicelib.models.mask_files import MaskFiles, find_masks
from chalicelib.models.masks import EMPTY, MOSTLY, ON_COLOUR, ON_WHITE, SCALED, SHADES, Masks, read_masks

SHAPE = (60, 80)
DEFECT = np.zeros(SHAPE, bool)
DEFECT[20:40, 30:50] = True

type Encoding = Callable[[NDArray[np.bool_]], Image.Image]


def coloured(defect: NDArray[np.bool_], colour: tuple[int, ...], ground: tuple[int, ...]) -> Image.Image:
    pixels = np.empty((*defect.shape, len(colour)), np.uint8)
    pixels[:], pixels[defect] = ground, colour
    return Image.fromarray(pixels)


def palette(defect: NDArray[np.bool_], *colours: int) -> Image.Image:
    image = Image.fromarray(defect.astype(np.uint8)).convert("L")
    image = Image.frombytes("P", image.size, image.tobytes())
    image.putpalette([*colours, *[0] * (768 - len(colours))])
    return image


def two_kinds(defect: NDArray[np.bool_]) -> Image.Image:
    pixels = np.asarray(coloured(defect, (0, 255, 0), (0, 0, 0))).copy()
    pixels[20:30][defect[20:30]] = (128, 0, 128)
    return Image.fromarray(pixels)


ENCODINGS: dict[str, Encoding] = {
    "0 and 255": lambda d: Image.fromarray((d * 255).astype(np.uint8)),
    "0 and 1": lambda d: Image.fromarray(d.astype(np.uint8)),
    "0 and 2": lambda d: Image.fromarray((d * 2).astype(np.uint8)),
    "1 bit": Image.fromarray,
    "16 bits, 1": lambda d: Image.fromarray(d.astype(np.uint16)),
    "16 bits, full": lambda d: Image.fromarray((d * 65535).astype(np.uint16)),
    "palette": lambda d: palette(d, 0, 0, 0, 128, 0, 0),
    "palette, black second": lambda d: palette(~d, 255, 255, 255, 0, 0, 0),
    "palette of one colour": palette,
    "colour": lambda d: coloured(d, (250, 50, 83), (0, 0, 0)),
    "a colour for each kind": two_kinds,
    "black strokes": lambda d: coloured(d, (0, 0, 0, 255), (0, 0, 0, 0)),
    "white strokes": lambda d: coloured(d, (255, 255, 255, 255), (0, 0, 0, 0)),
    "white strokes on a white that is transparent": lambda d: coloured(d, (255, 255, 255, 255), (255, 255, 255, 0)),
    "faint strokes": lambda d: coloured(d, (200, 0, 0, 90), (0, 0, 0, 0)),
    "grey with alpha": lambda d: coloured(d, (255, 255), (0, 0)),
    "colours, all opaque": lambda d: coloured(d, (255, 255, 255, 255), (0, 0, 0, 255)),
}


def masked(folder: Path, masks: dict[str, Image.Image], size: tuple[int, int] = SHAPE, format_: str = "png") -> Masks:
    """What is read of these masks, each of an image of this (height, width)."""
    images = []
    for name, mask in masks.items():
        images.append(folder / "anomaly" / f"{name}.png")
        for path in (images[-1], folder / "masks" / f"{name}.{format_}"):
            path.parent.mkdir(exist_ok=True)
        Image.new("RGB", size[::-1]).save(images[-1])
        mask.save(folder / "masks" / f"{name}.{format_}")
    return read_masks(images, find_masks(images, folder / "masks"))


def only(read: Masks) -> NDArray[np.bool_]:
    (mask,) = read.marked.values()
    return mask


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_usual_encoding_is_the_same_mask_without_a_word(tmp_path: Path, encoding: str) -> None:
    read = masked(tmp_path, {"1": ENCODINGS[encoding](DEFECT)})
    assert np.array_equal(only(read), DEFECT)
    assert read.notes == []


def test_the_ringing_of_a_jpeg_is_no_defect(tmp_path: Path) -> None:
    read = masked(tmp_path, {"1": ENCODINGS["0 and 255"](DEFECT)}, format_="jpg")
    assert (only(read) != DEFECT).mean() < 0.002


def noted(read: Masks, note: str) -> bool:
    return any(line.startswith(note) for line in read.notes)


def test_a_set_of_masks_on_white_is_turned_round_and_that_is_said(tmp_path: Path) -> None:
    read = masked(tmp_path, {name: ENCODINGS["0 and 255"](~DEFECT) for name in "123"})
    assert all(np.array_equal(mask, DEFECT) for mask in read.marked.values())
    assert noted(read, ON_WHITE)


def test_one_mask_that_is_mostly_white_stays_and_is_named(tmp_path: Path) -> None:
    masks = {name: ENCODINGS["0 and 255"](DEFECT) for name in "123"} | {"4": ENCODINGS["0 and 255"](~DEFECT)}
    read = masked(tmp_path, masks)
    assert np.array_equal(read.marked[tmp_path / "anomaly" / "4.png"], ~DEFECT)
    assert noted(read, f"{MOSTLY}: anomaly/4.png")


def test_a_coloured_ground_is_the_one_along_the_edge_and_that_is_said(tmp_path: Path) -> None:
    read = masked(tmp_path, {"1": coloured(DEFECT, (255, 0, 0), (255, 255, 255))})
    assert np.array_equal(only(read), DEFECT)
    assert noted(read, ON_COLOUR)


def test_of_many_shades_the_brighter_half_counts_and_that_is_said(tmp_path: Path) -> None:
    shades = np.linspace(0, 255, 80).astype(np.uint8)[None].repeat(60, axis=0)
    read = masked(tmp_path, {"1": Image.fromarray(shades)})
    assert only(read).mean() == pytest.approx(0.5, abs=0.02)
    assert noted(read, SHADES)


def test_a_mask_that_marks_nothing_is_named(tmp_path: Path) -> None:
    assert noted(masked(tmp_path, {"1": Image.new("L", (80, 60))}), f"{EMPTY}: anomaly/1.png")


def test_a_mask_of_another_size_is_scaled_where_its_proportions_fit(tmp_path: Path) -> None:
    mask = ENCODINGS["0 and 1"](DEFECT)
    half = masked(tmp_path, {"1": mask}, size=(30, 40))
    assert noted(half, SCALED)
    assert np.array_equal(only(half), DEFECT)
    turned = masked(tmp_path, {"1": mask}, size=(80, 60))
    assert turned.marked == {}
    assert "other proportions than its image (80 x 60 px, its image 60 x 80 px)" in turned.notes[0]


def test_a_mask_that_cannot_be_read_is_named_and_stops_no_other(tmp_path: Path) -> None:
    good = ENCODINGS["0 and 1"](DEFECT)
    masked(tmp_path, {"1": good, "2": good})
    content = BytesIO()
    good.save(content, "PNG")
    (tmp_path / "masks/1.png").write_bytes(content.getvalue()[:60])
    images = [tmp_path / "anomaly/1.png", tmp_path / "anomaly/2.png"]
    read = read_masks(images, find_masks(images, tmp_path / "masks"))
    assert [image.name for image in read.marked] == ["2.png"]
    assert "the mask of anomaly/1.png is not used" in read.notes[0]


def test_anomalies_without_a_mask_are_counted_and_named(tmp_path: Path) -> None:
    masked(tmp_path, {"1": ENCODINGS["0 and 1"](DEFECT)})
    images = [tmp_path / "anomaly/1.png", tmp_path / "anomaly/2.png"]
    assert read_masks(images, find_masks(images, tmp_path / "masks")).notes == [
        "1 of 2 anomalies have no mask: anomaly/2.png"
    ]


def test_a_drawing_is_a_mask_as_a_file_is(tmp_path: Path) -> None:
    Image.new("RGB", SHAPE[::-1]).save(tmp_path / "1.png")
    drawing = Drawing(SHAPE[::-1], polygons=[box(30, 20, 20, 20)])
    read = read_masks([tmp_path / "1.png"], MaskFiles({tmp_path / "1.png": drawing}))
    assert np.array_equal(only(read), DEFECT)
    assert read.notes == []
