"""Image registration: moving the part to the place, angle and size that it has in the normals' mean image.

Gauss-Newton steps on the image difference, coarse to fine, with the template's own derivatives (the inverse
compositional method of Baker and Matthews, 2004), brightness and contrast of each plane estimated along the way.
A similarity transform is two complex numbers: the template's point z lies at turn * z + shift in the image.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chalicelib.vision.arrays import Known, Photo, Plane, boxed, cell_mean
from chalicelib.vision.augment import moved, shifted
from chalicelib.vision.features.filters import opponent
from chalicelib.vision.features.region import Region, resized_mask
from chalicelib.vision.features.sampling import centred, sampled, shifted_planes

REDUCE = 4  # the finest level on which motion is estimated, px
LEVELS = 3  # each coarser by 2
STEPS = 8
ENOUGH = 0.02  # px: a step shorter than this is the last
OUTSIDE = 0.25  # of a cell may be outside the image
FARTHEST = 0.25  # of the image's side
WIDEST = 0.3  # |turn - 1|: about 17 degrees, or 30 % in size
GAIN = 0.05  # by which the difference to the template must fall
TEMPLATE = 30  # normals that make it
ROUNDS = 4
TRIED_TURN, TRIED_SCALE, TRIED_SHIFT = 3.0, 0.03, 0.05  # degrees, and shares of the sides, either way
SHARE, RECOVERED = 0.8, 0.25  # of the trials, all but a quarter of the motion must be found


@dataclass(frozen=True)
class Motion:
    """Where the template's points are in an image: turn * z + shift, z = x + iy px from the centre."""

    turn: complex = 1
    shift: complex = 0

    def after(self, turn: complex, shift: complex) -> "Motion":
        """This motion with the inverse of a small one before it."""
        return Motion(self.turn / turn, self.shift - self.turn * shift / turn)

    def scaled(self, factor: float) -> "Motion":
        """The same motion on an image enlarged by `factor`."""
        return Motion(self.turn, self.shift * factor)

    def within(self, outer: "Motion") -> "Motion":
        """Where the template's points are in a photo of which the image is a cut-out that lies as `outer` says."""
        return Motion(outer.turn * self.turn, outer.turn * self.shift + outer.shift)

    def known(self, shape: tuple[int, int], cell: int) -> Known:
        """Which of (h, w) cells of `cell` px lie in the image once it is moved back, and do not touch one outside."""
        if self == Motion():
            return np.ones(shape, np.bool_)
        places = self.turn * centred(shape) + self.shift / cell
        height, width = shape
        outside = (np.abs(places.real) > (width - 1) / 2 + OUTSIDE) | (np.abs(places.imag) > (height - 1) / 2 + OUTSIDE)
        return ~(boxed(outside[..., None].astype(np.float32))[..., 0] > 0)


@dataclass(frozen=True)
class Alignment:
    """A template, whether parts may be turned and scaled or only shifted, and what of the template is compared."""

    template: NDArray[np.float32]  # (3, h, w) opponent planes at a quarter of the working size
    turns: bool
    region: Region | None

    def aligned(self, photo: Photo, motion: Motion | None = None) -> Photo:
        """The photo (H, W, 3) with the part where the template has it; unchanged if its place cannot be found."""
        motion = self.motion(photo) if motion is None else motion
        if motion == Motion():
            return photo
        undone = Motion().after(motion.turn, motion.shift)
        if not self.turns:  # whole pixels: nothing is blurred
            return shifted(photo, int(undone.shift.imag), int(undone.shift.real))
        degrees, scale = float(np.degrees(np.angle(undone.turn))), abs(undone.turn)
        return moved(photo, degrees, scale, undone.shift.imag, undone.shift.real, Image.Resampling.BILINEAR)

    def motion(self, photo: Photo) -> Motion:
        """Where the part is, in px of the photo; no motion unless the photo then fits the template clearly better."""
        levels = pyramid(reduced(photo))
        motion = Motion()
        for level in reversed(range(LEVELS)):
            motion = self._patterns[level].refined(levels[level], motion.scaled(0.5**level)).scaled(2.0**level)
        finest, side = self._patterns[0], max(self.template.shape[1:])
        likely = abs(motion.shift) <= FARTHEST * side and abs(motion.turn - 1) <= WIDEST
        if likely and finest.difference(levels[0], motion) < (1 - GAIN) * finest.difference(levels[0], Motion()):
            motion = motion.scaled(REDUCE)
            shift = motion.shift
            return motion if self.turns else Motion(shift=complex(round(shift.real), round(shift.imag)))
        return Motion()

    @cached_property
    def _patterns(self) -> list["Pattern"]:
        """Of each level; on the coarsest a part is only shifted, since far from its place it would seem turned."""
        levels = pyramid(self.template)
        return [Pattern(planes, self.turns and planes is not levels[-1], self.region) for planes in levels]


class Pattern:
    """One level of the template, prepared for the search."""

    def __init__(self, planes: Plane, turns: bool, region: Region | None = None) -> None:
        self._turns, self._region = turns, region
        self._shape = shape = planes.shape[1], planes.shape[2]
        compared = resized_mask(region.known, shape) if region else np.ones(shape, np.bool_)
        self._planes, self._points, self._longest = planes[:, compared], centred(shape)[compared], shape[1]
        x, y = self._points.real, self._points.imag
        down, across = (np.gradient(planes, axis=axis)[:, compared] for axis in (1, 2))
        motions = [across, down] + ([across * x + down * y, down * x - across * y] if turns else [])
        lights = [plane * part for plane in np.eye(3, dtype=np.float32)[:, :, None] for part in (self._planes, 1)]
        design = np.stack([np.broadcast_to(each, self._planes.shape).ravel() for each in motions + lights], axis=1)
        normal = design.T @ design
        damping = 1e-6 * np.diag(np.diag(normal)) + 1e-6 * np.eye(len(normal))
        self._solve = np.linalg.solve(normal + damping, design.T)[: len(motions)].astype(np.float32)
        self._light = np.linalg.pinv(design[:, len(motions) :])
        self._lights = design[:, len(motions) :]

    def refined(self, planes: Plane, motion: Motion) -> Motion:
        """The motion improved by Gauss-Newton steps."""
        for _ in range(STEPS):
            step = self._solve @ (self._warped(planes, motion) - self._planes).ravel()
            turn = 1 + (step[2] + 1j * step[3] if self._turns else 0)
            shift = step[0] + 1j * step[1]
            motion = motion.after(complex(turn), complex(shift))
            if abs(shift) < ENOUGH and abs(turn - 1) * self._longest < ENOUGH:
                break
        return motion

    def difference(self, planes: Plane, motion: Motion) -> float:
        """Mean squared difference from the template, without what brightness and contrast explain."""
        difference = (self._warped(planes, motion) - self._planes).ravel()
        return float(((difference - self._lights @ (self._light @ difference)) ** 2).mean())

    def _warped(self, planes: Plane, motion: Motion) -> Plane:
        """The image's planes (3, h, w) at the n points that are compared: (3, n)."""
        if motion.turn == 1 and not self._region:
            return shifted_planes(planes, motion.shift, self._shape).reshape(len(planes), -1)
        return sampled(planes, motion.turn * self._points + motion.shift)


def moved_back(grid: NDArray[np.float32], motion: Motion, cell: int, size: tuple[int, int]) -> NDArray[np.float32]:
    """A map (h, w) of the template, in cells of `cell` px, where a photo of `size` has the parts; 0 beyond the map.

    The result has about the same cells; a whole number of them covers the photo.
    """
    shape = max(1, round(size[0] / cell)), max(1, round(size[1] / cell))
    if motion == Motion() and shape == grid.shape:
        return grid
    cells = centred(shape)
    places = cells.real * np.float32(size[1] / shape[1]) + 1j * cells.imag * np.float32(size[0] / shape[0])
    points, (height, width) = (places - motion.shift) / motion.turn / cell, grid.shape
    inside = (np.abs(points.real) <= width / 2) & (np.abs(points.imag) <= height / 2)
    return np.where(inside, sampled(grid[None], points)[0], np.float32(0))


def reduced(photo: Photo) -> Plane:
    """Opponent planes of the photo at a quarter of its size: (H, W, 3) -> (3, H / 4, W / 4)."""
    return opponent(np.asarray(Image.fromarray(photo).reduce(REDUCE)))


def pyramid(planes: Plane) -> list[Plane]:
    """The planes at full, half and a quarter of their size, by 2 x 2 means."""
    levels = [planes]
    for _ in range(LEVELS - 1):
        levels.append(cell_mean(levels[-1], 2))
    return levels


def fit_alignment(normals: Sequence[Photo], rng: np.random.Generator, region: Region | None = None) -> Alignment | None:
    """The alignment that these photos of one size allow: of place, angle and size, of place alone, or none.

    Only a region of the template is compared, or all of it.

    It is tried on normals that were moved by known amounts, and kept only if it moves them back. It does not on
    textures, on round parts, and if normals do not look alike; there an alignment would do harm.
    """
    chosen = [normals[i] for i in sorted(rng.permutation(len(normals))[:TEMPLATE])]
    for turns in (True, False):
        alignment = _template(chosen, turns, region)
        trials = np.array([_trial(_without(alignment, photo, len(chosen)), photo, rng) for photo in chosen])
        if np.quantile(trials[:, 0], SHARE) < RECOVERED * np.median(trials[:, 1]):
            return alignment
    return None


def _template(photos: Sequence[Photo], turns: bool, region: Region | None) -> Alignment:
    """The mean of the photos, aligned to their mean, a few times over."""
    alignment = None
    for _ in range(ROUNDS):
        place = alignment.aligned if alignment else np.asarray
        mean = np.mean([reduced(place(photo)) for photo in photos], axis=0)
        alignment = Alignment(np.asarray(mean, np.float32), turns, region)
    assert alignment
    return alignment


def _without(alignment: Alignment, photo: Photo, count: int) -> Alignment:
    """The alignment without this one of the `count` photos of its template: a photo would match itself."""
    others = alignment.template * count - reduced(alignment.aligned(photo))
    return replace(alignment, template=others / np.float32(count - 1))


def _trial(alignment: Alignment, photo: Photo, rng: np.random.Generator) -> tuple[float, float]:
    """How many px a known motion of the photo is missed by, at its corners, and how many it measures itself."""
    height, width = photo.shape[:2]
    degrees = rng.uniform(-TRIED_TURN, TRIED_TURN) * alignment.turns
    scale = 1 + rng.uniform(-TRIED_SCALE, TRIED_SCALE) * alignment.turns
    down, right = rng.uniform(-TRIED_SHIFT, TRIED_SHIFT, 2) * (height, width)
    before, after = alignment.motion(photo), alignment.motion(moved(photo, degrees, scale, down, right))
    corners = np.array([-width - 1j * height, width - 1j * height]) / 4
    stayed = before.turn * corners + before.shift
    wanted = scale * np.exp(1j * np.radians(degrees)) * stayed + right + 1j * down
    estimated = after.turn * corners + after.shift
    return float(np.abs(estimated - wanted).mean()), float(np.abs(stayed - wanted).mean())
