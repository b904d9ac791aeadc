"""Defects of a part. Each function changes the surface and returns a bool mask (H, W) of the changes.

Sizes and depths come from wide ranges, so that some defects are obvious and some are hard to see.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from linewatch.samples.part import BORE, HALF, HOLES, POCKET, SINK, SLOT, SLOT_Y, Surface, machined
from linewatch.samples.shapes import SCALE, Plane, blurred, clouds, disc, inside, path

type Mask = NDArray[np.bool_]
type Defect = Callable[[Generator], tuple[Surface, Mask]]

RUST = np.array([0.80, 0.62, 0.42], np.float32)


def _on_face(rng: Generator, margin: float) -> tuple[float, float]:
    """A point of the plate's face, `margin` away from its edge, its pocket and its holes."""
    while True:
        x, y = (float(rng.uniform(-half + margin, half - margin)) for half in HALF)
        clear = all(np.hypot(x - hole[0], y - hole[1]) > SINK + margin for hole in HOLES)
        in_slot = abs(x) < SLOT[0] + margin and abs(y - SLOT_Y) < SLOT[1] + margin
        if clear and not in_slot and np.hypot(x, y) > POCKET + margin:
            return x, y


def _walk(rng: Generator, start: tuple[float, float], length: float, wander: float) -> NDArray[np.float32]:
    """A wandering line of `length` from `start` across the part, (15, 2); `wander` is the turn per step in radians."""
    steps = 14
    inwards = np.arctan2(-start[1], -start[0])
    heading = inwards + rng.uniform(-1, 1) + np.cumsum(rng.normal(0, wander, steps))
    moves = np.stack([np.cos(heading), np.sin(heading)], axis=1) * (length / steps)
    return np.concatenate([[start], start + np.cumsum(moves, axis=0)]).astype(np.float32)


def _visible(change: Plane, surface: Surface, least: float) -> Mask:
    """A mask of changes above this size on the part."""
    return np.asarray((change > least) & (surface.coverage > 0.5) & (surface.depth < 0.5))


def scratch(rng: Generator) -> tuple[Surface, Mask]:
    """A groove across the face, with a bright edge."""
    surface = machined(rng)
    line = _walk(rng, _on_face(rng, 0.06), rng.uniform(0.2, 0.8), 0.05)
    width = rng.uniform(0.7, 1.5) / SCALE
    profile = np.exp(-((path(surface.x, surface.y, line) / width) ** 2))
    surface.height -= np.float32(rng.uniform(0.5, 1.6)) * profile
    surface.gloss += 1.2 * profile
    return surface, _visible(profile, surface, 0.2)


def dent(rng: Generator) -> tuple[Surface, Mask]:
    """A dent with a raised rim."""
    surface = machined(rng)
    radius = rng.uniform(0.03, 0.09)
    away = disc(surface.x, surface.y, _on_face(rng, radius), 0) / np.float32(radius)
    bowl = np.asarray(np.exp(-(away**2)) - 0.25 * np.exp(-(((away - 1.5) / 0.4) ** 2)), np.float32)
    surface.height -= np.float32(radius * rng.uniform(25, 65)) * bowl
    return surface, _visible(bowl, surface, 0.15)


def stain(rng: Generator) -> tuple[Surface, Mask]:
    """Dried coolant or rust: an irregular patch, darker at its rim."""
    surface = machined(rng)
    radius = rng.uniform(0.07, 0.2)
    edge = disc(surface.x, surface.y, _on_face(rng, 0.05), radius) + np.float32(0.25 * radius) * clouds(rng, 5)
    patch = blurred(inside(edge, 3), 1)
    rim = patch * np.exp(-np.abs(edge) * 25)
    colour = RUST if rng.random() < 0.5 else RUST.mean()
    strength = rng.uniform(0.25, 0.8)
    surface.tint *= 1 - (strength * (0.55 * patch + 0.45 * rim))[..., None] * (1 - colour)
    surface.gloss *= 1 - 0.6 * patch
    return surface, _visible(patch, surface, 0.5)


def missing_hole(rng: Generator) -> tuple[Surface, Mask]:
    """A hole that was never drilled."""
    index = int(rng.integers(len(HOLES)))
    surface = machined(rng, without_hole=index)
    return surface, disc(surface.x, surface.y, HOLES[index], SINK) < 0


def burr(rng: Generator) -> tuple[Surface, Mask]:
    """An irregular lip of metal that the drill left at the edge of the bore or of a hole."""
    surface = machined(rng)
    rims = [((0.0, 0.0), BORE), *[(hole, 0.07) for hole in HOLES]]
    centre, radius = rims[int(rng.integers(len(rims)))]
    bearing = np.arctan2(surface.y - np.float32(centre[1]), surface.x - np.float32(centre[0]))
    off = np.abs((bearing - rng.uniform(0, 2 * np.pi) + np.pi) % (2 * np.pi) - np.pi)
    reach = rng.uniform(0.3, 0.9) * (0.17 / radius) ** 0.5
    depth = rng.uniform(0.025, 0.05) * np.clip(1.2 - off / reach, 0, 1) * (1 + 0.4 * clouds(rng, 2))
    rim = np.abs(disc(surface.x, surface.y, centre, radius))
    lip = np.where(off < reach, inside(rim - depth.astype(np.float32)), 0).astype(np.float32)
    surface.depth *= 1 - lip
    surface.height += lip * (1.5 + 0.8 * clouds(rng, 1))
    surface.gloss += 0.5 * lip
    return surface, lip > 0.4


def crack(rng: Generator) -> tuple[Surface, Mask]:
    """A dark jagged line that starts at a hole, with one branch."""
    surface = machined(rng)
    hole = np.array(HOLES[int(rng.integers(len(HOLES)))])
    towards = -hole / np.linalg.norm(hole)
    start = hole + towards * (SINK - 0.02)
    line = _walk(rng, (float(start[0]), float(start[1])), rng.uniform(0.15, 0.5), 0.55)
    branch = _walk(rng, (float(line[7, 0]), float(line[7, 1])), rng.uniform(0.05, 0.15), 0.5)
    nearest = np.minimum(path(surface.x, surface.y, line), path(surface.x, surface.y, branch))
    gap = np.exp(-((nearest * SCALE / rng.uniform(0.7, 1.2)) ** 2))
    surface.height -= np.float32(rng.uniform(0.8, 1.8)) * gap
    surface.tint *= (1 - rng.uniform(0.45, 0.8) * gap)[..., None]
    return surface, _visible(gap, surface, 0.2)


def chip(rng: Generator) -> tuple[Surface, Mask]:
    """A piece that broke off the plate's edge."""
    surface = machined(rng)
    along = float(rng.uniform(-0.8, 0.8))
    side = float(rng.choice([-1, 1]))
    centre = (along * HALF[0], side * HALF[1]) if rng.random() < 0.5 else (side * HALF[0], along * HALF[1])
    radius = rng.uniform(0.05, 0.13)
    wound = disc(surface.x, surface.y, centre, radius) + np.float32(0.16 * radius) * clouds(rng, 4)
    broken = inside(wound + np.float32(0.02)) * surface.coverage
    mask = _visible(inside(wound), surface, 0.5)
    surface.height -= 5 * inside(wound, 4) * (1 + 0.2 * clouds(rng, 1))
    surface.coverage *= 1 - broken
    return surface, mask


DEFECTS: dict[str, Defect] = {
    "scratch": scratch,
    "dent": dent,
    "stain": stain,
    "missing-hole": missing_hole,
    "burr": burr,
    "crack": crack,
    "chip": chip,
}
