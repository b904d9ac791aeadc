"""Where an image is unusual: a map at its own size, a mask, the box of the worst spot, a picture of it all."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from chalicelib.vision.arrays import Photo

WARM = np.array([255, 40, 0], np.float32)
STRONGEST = 0.65  # of the overlay's colour
BOX_COLOUR = (255, 220, 0)


@dataclass(frozen=True)
class Explanation:
    """What to look at in an image of H x W px."""

    heat: NDArray[np.float32]  # (H, W) deviations from normal
    mask: NDArray[np.bool_]  # (H, W) where they are beyond what normal images show
    worst_box: tuple[int, int, int, int]  # left, top, right, bottom px around the highest, down to half of it

    @property
    def area_fraction(self) -> float:
        """The share of the image that the mask covers."""
        return float(self.mask.mean())


def explain(anomaly_map: NDArray[np.float32], level: float, shape: tuple[int, int]) -> Explanation:
    """From a prediction's map (h, w) and the detector's mask level, for an image of `shape` = (H, W)."""
    heat = enlarged(anomaly_map, shape)
    worst = np.unravel_index(int(anomaly_map.argmax()), anomaly_map.shape)
    spot = spot_around(anomaly_map > anomaly_map[worst] / 2, worst)
    return Explanation(heat, heat > level, _box(spot, shape))


def enlarged(anomaly_map: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """The map (h, w) at (H, W), bilinear."""
    image = Image.fromarray(anomaly_map.astype(np.float32))
    return np.asarray(image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR))


def spot_around(above: NDArray[np.bool_], start: tuple[np.intp, ...]) -> NDArray[np.bool_]:
    """The cells (h, w) connected with the start by sides or corners, within those above the level."""
    spot = np.zeros_like(above)
    spot[start] = True
    while True:
        grown = np.pad(spot, 1)
        grown = grown[:-2] | grown[1:-1] | grown[2:]
        grown = (grown[:, :-2] | grown[:, 1:-1] | grown[:, 2:]) & (above | spot)
        if (grown == spot).all():
            return spot
        spot = grown


def _box(spot: NDArray[np.bool_], shape: tuple[int, int]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(spot.any(axis=1)), np.flatnonzero(spot.any(axis=0))
    tall, wide = shape[0] / spot.shape[0], shape[1] / spot.shape[1]
    top, bottom = int(rows[0] * tall), int(np.ceil((rows[-1] + 1) * tall))
    left, right = int(columns[0] * wide), int(np.ceil((columns[-1] + 1) * wide))
    return left, top, min(right, shape[1]), min(bottom, shape[0])


def overlay(photo: Photo, explanation: Explanation, level: float) -> bytes:
    """The photo as PNG, warmer where it is less usual, with the worst spot's box."""
    strength = STRONGEST * np.clip(explanation.heat / (2 * max(level, 1e-6)), 0, 1)[..., None]
    blended = Image.fromarray((photo * (1 - strength) + WARM * strength).astype(np.uint8))
    draw = ImageDraw.Draw(blended)
    draw.rectangle(explanation.worst_box, outline=BOX_COLOUR, width=max(2, photo.shape[0] // 150))
    buffer = BytesIO()
    blended.save(buffer, "PNG")
    return buffer.getvalue()
