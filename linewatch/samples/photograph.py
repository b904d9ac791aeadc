"""Render the surface: light, and the camera."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from linewatch.samples.part import Surface
from linewatch.samples.shapes import Plane, blurred, clouds, grain, grid

ALUMINIUM = np.array([0.97, 1.0, 1.03], np.float32)
BELT = np.array([0.105, 0.125, 0.125], np.float32)


def photograph(surface: Surface, rng: Generator) -> NDArray[np.uint8]:
    """The surface as (H, W, 3) RGB. Lamp, exposure and white balance vary a little."""
    bearing = np.deg2rad(rng.uniform(215, 245))  # the lamp stands at the upper left
    lamp = np.array([np.cos(bearing) * 0.68, np.sin(bearing) * 0.68, 0.73], np.float32)
    metal = _metal(surface, lamp, rng)[..., None] * ALUMINIUM * surface.tint
    inner = 0.05 + 0.05 * clouds(rng, 9)[..., None] * BELT
    metal += (inner - metal) * (0.94 * surface.depth[..., None])
    cover = surface.coverage[..., None]
    scene = metal * cover + _belt(surface, lamp, rng) * (1 - cover)
    return _exposed(scene, rng)


def _metal(surface: Surface, lamp: NDArray[np.float32], rng: Generator) -> Plane:
    """Brightness of the bare metal: matt and glossy reflection, the lamp's sheen across the brush, and dark corners."""
    slope_y, slope_x = np.gradient(surface.height)
    up = 1 / np.sqrt(1 + slope_x**2 + slope_y**2)
    facing = np.maximum((lamp[2] - lamp[0] * slope_x - lamp[1] * slope_y) * up, 0)
    half = lamp + np.array([0, 0, 1], np.float32)
    half /= np.linalg.norm(half)
    mirrored = np.maximum((half[2] - half[0] * slope_x - half[1] * slope_y) * up, 0)
    middle, breadth = rng.uniform(-0.5, 0.1), rng.uniform(0.5, 0.7)
    sheen = np.exp(-(((surface.x - middle) / breadth) ** 2))
    hollow = np.clip(blurred(surface.height, 6) - surface.height, 0, 6)
    bright = 0.06 + 0.62 * facing + surface.gloss * (0.34 * mirrored**16 + 0.24 * (sheen - 0.5))
    return np.asarray(bright * (1 - 0.05 * hollow), np.float32)


def _belt(surface: Surface, lamp: NDArray[np.float32], rng: Generator) -> NDArray[np.float32]:
    """The conveyor's rubber belt, (H, W, 3), with the part's shadow on it."""
    x, y = grid()
    ribs = 0.5 + 0.5 * np.sin((x + np.float32(rng.uniform(0, 1))) * 70) * np.sin(
        (y + np.float32(rng.uniform(0, 1))) * 70
    )
    rubber = 1 + 0.22 * ribs + 0.10 * grain(rng) + 0.06 * clouds(rng, 24)
    across, down = round(-lamp[0] * 16), round(-lamp[1] * 16)
    shadow = blurred(np.roll(surface.coverage, (down, across), axis=(0, 1)), 4)
    return np.asarray((rubber * (1 - 0.75 * shadow))[..., None] * BELT, np.float32)


def _exposed(scene: NDArray[np.float32], rng: Generator) -> NDArray[np.uint8]:
    """The image of the scene: uneven light, exposure, white balance, lens blur, noise, gamma."""
    x, y = grid()
    towards = rng.uniform(0, 2 * np.pi)
    falloff = 1 + 0.07 * (np.cos(towards) * x + np.sin(towards) * y) - 0.06 * (x**2 + y**2)
    balance = 1 + rng.uniform(-0.015, 0.015, 3).astype(np.float32)
    light = scene * (falloff * rng.uniform(0.90, 1.08))[..., None] * balance
    light += 0.45 * (blurred(light.mean(axis=2), 1)[..., None] - light.mean(axis=2)[..., None])
    light += rng.uniform(0.006, 0.011) * rng.standard_normal(light.shape, dtype=np.float32)
    return np.asarray(np.rint(255 * np.clip(light, 0, 1) ** (1 / 1.35)), np.uint8)
