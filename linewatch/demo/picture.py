"""One picture of what a model says of unseen images: for the README, to be read without an explanation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

COLUMNS = 4
PHOTO = (204, 170)  # px
MARGIN, CAPTION, FRAME = 8, 28, 4
PAPER = "#ffffff"
INK, FAINT = "#1d2126", "#69717c"
NORMAL, ANOMALOUS = "#2a9d63", "#d64a42"
COLOURS = 40
"""Of the PNG's palette: enough for photographs of metal, and few enough for a small file."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One image (H, W, 3) with its prediction; each of `boxes` is left, top, right, bottom in its pixels."""

    photo: NDArray[np.uint8]
    anomalous: bool
    probability: float
    boxes: Sequence[tuple[int, int, int, int]]
    labelled_anomalous: bool

    @property
    def note(self) -> str:
        """Where the verdict is not the label, what kind of mistake it is."""
        if self.anomalous == self.labelled_anomalous:
            return ""
        return "false alarm" if self.anomalous else "missed"


def picture(tiles: Sequence[Tile]) -> Image.Image:
    """All tiles in rows: a green frame for normal, a red one for anomalous, and boxes on its unusual spots."""
    rows = -(-len(tiles) // COLUMNS)
    wide, tall = PHOTO[0] + MARGIN, PHOTO[1] + CAPTION + MARGIN
    sheet = Image.new("RGB", (COLUMNS * wide + MARGIN, rows * tall + MARGIN), PAPER)
    for number, tile in enumerate(tiles):
        left, top = number % COLUMNS * wide + MARGIN, number // COLUMNS * tall + MARGIN
        sheet.paste(_photo(tile), (left, top))
        _write_caption(ImageDraw.Draw(sheet), tile, left, top + PHOTO[1])
    return sheet.quantize(COLOURS, dither=Image.Dither.NONE)


def _photo(tile: Tile) -> Image.Image:
    photo = Image.fromarray(tile.photo)
    across, down = PHOTO[0] / photo.width, PHOTO[1] / photo.height
    shown = photo.resize(PHOTO, Image.Resampling.BOX)
    draw = ImageDraw.Draw(shown)
    for left, top, right, bottom in tile.boxes if tile.anomalous else ():
        draw.rectangle((left * across, top * down, right * across, bottom * down), outline=ANOMALOUS, width=2)
    draw.rectangle((0, 0, PHOTO[0] - 1, PHOTO[1] - 1), outline=_colour(tile), width=FRAME)
    return shown


def _write_caption(draw: ImageDraw.ImageDraw, tile: Tile, left: int, top: int) -> None:
    middle = top + CAPTION // 2
    verdict = "anomalous" if tile.anomalous else "normal"
    draw.text((left + 2, middle), verdict, fill=_colour(tile), font=ImageFont.load_default(17), anchor="lm")
    small = ImageFont.load_default(15)
    draw.text((left + PHOTO[0] // 2, middle), tile.note, fill=INK, font=small, anchor="lm")
    draw.text((left + PHOTO[0] - 2, middle), f"{tile.probability:.0%}", fill=FAINT, font=small, anchor="rm")


def _colour(tile: Tile) -> str:
    return ANOMALOUS if tile.anomalous else NORMAL
