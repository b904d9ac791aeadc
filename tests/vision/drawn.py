"""Small drawn parts: a disc with a hole on brushed ground, a little different each time; and defects to put on them."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from chalicelib.vision.arrays import Photo

SIDE = 128


def part(seed: int, spot: float = 0.0, scratch: bool = False, brightness: float = 1.0) -> Photo:
    """A part of (128, 128) px; with a dark spot of this radius in px, or a scratch."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(62, 66, 2)
    image = Image.new("RGB", (SIDE, SIDE), (70, 74, 80))
    draw = ImageDraw.Draw(image)
    draw.ellipse((x - 42, y - 42, x + 42, y + 42), fill=(170, 172, 168))
    draw.ellipse((x - 14, y - 14, x + 14, y + 14), fill=(40, 42, 46))
    draw.rectangle((x - 3, y - 40, x + 3, y - 28), fill=(90, 92, 96))
    if spot:
        draw.ellipse((x + 26 - spot, y - spot, x + 26 + spot, y + spot), fill=(60, 40, 30))
    if scratch:
        draw.line((x - 30, y + 18, x - 4, y + 32), fill=(235, 235, 240), width=2)
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(0.7)), np.float32)
    grain = rng.normal(0, 3, (SIDE, SIDE, 1)) + rng.normal(0, 2, (1, SIDE, 1))
    return np.clip((soft + grain) * brightness * rng.uniform(0.97, 1.03), 0, 255).astype(np.uint8)


def normals(count: int, first: int = 0) -> list[Photo]:
    """Parts without a defect."""
    return [part(first + seed) for seed in range(count)]


def anomalies(count: int, first: int = 500) -> list[Photo]:
    """Parts with a spot or a scratch."""
    return [
        part(first + seed, spot=4 + seed % 3) if seed % 2 else part(first + seed, scratch=True) for seed in range(count)
    ]


def pin(seed: int, degrees: float | None = None, chip: float = 0.0, dust: bool = False) -> Photo:
    """A pin with a head and a groove at any angle on a plain ground, (160, 192) px; chipped, or with dust beside it."""
    rng = np.random.default_rng(seed)
    degrees = rng.uniform(0, 360) if degrees is None else degrees
    image = Image.new("RGB", (4 * 192, 4 * 160), (176, 178, 172))
    draw, turn = ImageDraw.Draw(image), np.exp(1j * np.radians(degrees))
    middle = 4 * (96 + 80j + complex(*rng.uniform(-6, 6, 2)))

    def box(left: float, top: float, right: float, bottom: float, shade: int) -> None:
        corners = [
            middle + 4 * turn * (x + 1j * y) for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
        ]
        draw.polygon([(corner.real, corner.imag) for corner in corners], fill=(shade, shade, shade + 6))

    box(-48, -7, 48, 7, 84)
    box(-60, -15, -44, 15, 70)
    box(14, -7, 20, 7, 48)
    if chip:
        box(30 - chip, -chip, 30 + chip, chip, 150)
    if dust:
        box(-20, 42, -14, 48, 60)
    soft = np.asarray(image.resize((192, 160), Image.Resampling.BOX), np.float32)
    grain = rng.normal(0, 3, (160, 192, 1))
    return np.clip((soft + grain) * rng.uniform(0.95, 1.05), 0, 255).astype(np.uint8)
