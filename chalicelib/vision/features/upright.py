"""Bringing a single part upright: photos of it at any angle become frames in which it always lies the same way.

A frame is a cut-out along the part's principal axis. Which end comes first is decided by the difference from the mean
of the normals' frames. What is not close to the part, or not on the photo, gets the ground's colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chalicelib.vision.arrays import Photo, boxed
from chalicelib.vision.features.alignment import REDUCE, Motion, Pattern, reduced
from chalicelib.vision.features.filters import CELL
from chalicelib.vision.features.part import Part, find_part, ground_colour
from chalicelib.vision.features.region import Region, resized_mask
from chalicelib.vision.features.resizing import SIDE, ResizedPhotos, of_each, resized
from chalicelib.vision.features.sampling import centred
from chalicelib.vision.progress import Progress

TRIED = 30  # normals that make the template, and are turned to see whether they are found back
ROUNDS = 3
FOUND = 0.95  # of the normals must have a part, and of the turned ones must be found back
MISSED = 3.0  # degrees by which a turned one may be missed
ALIGNED = 12.0  # degrees from the usual direction that an alignment deals with
ELSEWHERE = 0.1  # of the normals must lie further from it
REACH = 0.95  # of the normals fit the frame, with a margin
MARGIN = 1.08
SHOWN = 0.1  # of the normals must show the part in a cell
MOST_PIXELS = 2048 * 2048  # of a photo that a frame is cut out of
AROUND = 2  # cells around the part are looked at too


@dataclass(frozen=True)
class Upright:
    """How frames of (h, w) px are cut out of photos."""

    photo_size: tuple[int, int]  # (height, width) px that photos are brought to first
    middle: tuple[float, float]  # px from the part's centre to the frame's middle: along its direction, and across
    template: NDArray[np.float32]  # (3, h / 4, w / 4) opponent planes: the mean of the normals' frames
    part: NDArray[np.uint8]  # (h / 8, w / 8) 1 in cells on the part or close to it
    region: Region | None  # of the whole photos, where the part is looked for

    @property
    def frame_size(self) -> tuple[int, int]:
        """(height, width) px."""
        _, height, width = self.template.shape
        return height * REDUCE, width * REDUCE

    def framed(self, photo: Photo) -> tuple[Photo, Motion]:
        """The frame of a photo (H, W, 3) of any size, and where it lies in the photo at `photo_size`."""
        photo = resized(photo, self.photo_size)
        photo = self.region.painted(photo) if self.region else photo
        motion = self.motion(photo)
        near = resized_mask(self.part > 0, self.frame_size)
        return np.where(near[..., None], self.cut_out(photo, motion), ground_colour(photo)), motion

    def motion(self, photo: Photo) -> Motion:
        """Where the frame lies in a photo of `photo_size`, of any angle; in its middle if no part is found."""
        part = find_part(photo)
        if part is None:
            return Motion()
        planes = reduced(photo)
        ways = self.placed(part, 1), self.placed(part, -1)
        return min(ways, key=lambda motion: self._pattern.difference(planes, motion.scaled(1 / REDUCE)))

    def cut_out(self, photo: Photo, motion: Motion) -> Photo:
        """The frame (h, w, 3) of a photo of `photo_size`."""
        return cut_out(photo, motion, self.frame_size)

    def placed(self, part: Part, way: int) -> Motion:
        """Where the frame lies whose part points in its direction (1), or against it (-1)."""
        turn = way * part.direction
        return Motion(turn, part.centre + turn * complex(*self.middle))

    @cached_property
    def _pattern(self) -> Pattern:
        return Pattern(self.template, turns=False)


def repainted(frame: Photo, changed: Photo) -> Photo:
    """A copy of a frame (h, w, 3) that was changed as a whole, with one colour again where the frame has its ground."""
    ground = (frame == ground_colour(frame)).all(axis=2, keepdims=True)
    return np.where(ground, ground_colour(changed), changed)


def cut_out(photo: Photo, motion: Motion, size: tuple[int, int]) -> Photo:
    """The pixels of a photo (H, W, 3) that lie as `motion` says, (h, w, 3) = `size`; beyond the photo its ground."""
    height, width = size
    turn = motion.turn
    corner = motion.shift - turn * (width + 1j * height) / 2 + (photo.shape[1] + 1j * photo.shape[0]) / 2
    coefficients = (turn.real, -turn.imag, corner.real, turn.imag, turn.real, corner.imag)
    ground = tuple(ground_colour(photo).tolist())
    affine, linear = Image.Transform.AFFINE, Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(photo).transform((width, height), affine, coefficients, linear, fillcolor=ground))


def frame_all(
    upright: Upright, photos: Sequence[Sequence[Photo]], images: ResizedPhotos, progress: Progress
) -> ResizedPhotos:
    """The frames of the photos that `images` were made of, normals and anomalies."""
    frames, places = zip(*of_each(photos, upright.framed, progress, "turning parts upright"), strict=True)
    return replace(images, size=upright.frame_size, photos=list(frames), places=list(places))


def fit_upright(
    normals: Sequence[Photo], shape: tuple[int, int], region: Region | None, side: int, rng: np.random.Generator
) -> Upright | None:
    """How photos are brought upright, or None if that would not help.

    `normals` are photos of one size that came as `shape` = (height, width) px. The frames have about side x side px, or
    fewer if the photos have no more to show. It is tried on normals that are turned by 0 to 360 degrees. None if they
    are not found back, or if all normals lie at about the same angle: then an alignment does better.
    """
    size = _of_area(shape, side**2)
    chosen = [resized(normals[i], size) for i in sorted(rng.permutation(len(normals))[:TRIED])]
    chosen = [region.painted(photo) for photo in chosen] if region else chosen
    parts = [part for part in map(find_part, chosen) if part]
    if len(parts) < FOUND * len(chosen):
        return None
    upright = replace(_cutting(parts, shape, size, side), region=region)
    photos = [resized(photo, upright.photo_size) for photo in chosen]
    upright, motions = _with_template(upright, photos)
    turns = np.array([motion.turn for motion in motions])
    if (np.abs(np.angle(turns / turns.sum(), deg=True)) > ALIGNED).mean() < ELSEWHERE:
        return None
    trials = zip(photos, motions, strict=True)
    missed = np.array([_missed(_without(upright, *each, len(photos)), *each, rng) for each in trials])
    return upright if (missed < MISSED).mean() >= FOUND else None


def _of_area(shape: tuple[int, int], area: float) -> tuple[int, int]:
    """The shape (height, width) scaled to about this area in px, its sides multiples of 4."""
    scale = np.sqrt(area / (shape[0] * shape[1]))
    return max(1, round(shape[0] * scale / REDUCE)) * REDUCE, max(1, round(shape[1] * scale / REDUCE)) * REDUCE


def _cutting(parts: Sequence[Part], shape: tuple[int, int], size: tuple[int, int], side: int) -> Upright:
    """Frames around parts of photos of `size` px that came as `shape`, without a template yet."""
    ahead, behind, right, left = np.array([part.reach for part in parts]).T
    middle = complex(float(np.median(ahead - behind)) / 2, float(np.median(right - left)) / 2)
    longer = np.maximum(ahead - middle.real, behind + middle.real)
    wider = np.maximum(right - middle.imag, left + middle.imag)
    width, height = (2 * MARGIN * float(np.quantile(each, REACH)) for each in (longer, wider))
    most = min(shape[0] * shape[1], MOST_PIXELS) / (size[0] * size[1])
    scale = float(min(side / np.sqrt(width * height), max(1.0, np.sqrt(most))))
    photo_size = _of_area(shape, size[0] * size[1] * scale**2)
    height, width = (int(np.ceil(each * scale / SIDE)) * SIDE for each in (height, width))
    template = np.zeros((3, height // REDUCE, width // REDUCE), np.float32)
    part = np.ones((height // CELL, width // CELL), np.uint8)
    return Upright(photo_size, (middle.real * scale, middle.imag * scale), template, part, None)


def _with_template(upright: Upright, photos: Sequence[Photo]) -> tuple[Upright, list[Motion]]:
    """With the mean of the photos' frames, at first as the parts' shape directs them; and where the frames lie."""
    found = [find_part(photo) for photo in photos]
    motions = [upright.placed(part, 1) if part else Motion() for part in found]
    for _ in range(ROUNDS):
        planes = [reduced(upright.cut_out(*each)) for each in zip(photos, motions, strict=True)]
        upright = replace(upright, template=np.mean(planes, axis=0, dtype=np.float32))
        motions = [upright.motion(photo) for photo in photos]
    return replace(upright, part=_part_cells(upright.part.shape, found, motions)), motions


def _part_cells(shape: tuple[int, ...], found: Sequence[Part | None], motions: Sequence[Motion]) -> NDArray[np.uint8]:
    """1 in the (h, w) cells of the frames that show a part in some of the photos, and around these cells."""
    cells = centred(shape) * CELL
    pairs = [(part, motion) for part, motion in zip(found, motions, strict=True) if part]
    shown = np.mean([part.shown(motion.turn * cells + motion.shift) > 0 for part, motion in pairs], axis=0)
    grown = shown[..., None] > SHOWN
    for _ in range(AROUND):
        grown = boxed(grown.astype(np.float32)) > 0
    return grown[..., 0].astype(np.uint8)


def _without(upright: Upright, photo: Photo, motion: Motion, count: int) -> Upright:
    """Upright without this one of the `count` photos of its template: a photo would match itself."""
    others = upright.template * count - reduced(upright.cut_out(photo, motion))
    return replace(upright, template=others / np.float32(count - 1))


def _missed(upright: Upright, photo: Photo, motion: Motion, rng: np.random.Generator) -> float:
    """By how many degrees the axis of the part is missed once the photo is turned about it by a random angle.

    Where two ends look alike, either of them may come first.
    """
    turn = complex(np.exp(1j * rng.uniform(0, 2 * np.pi)))
    diagonal = int(np.hypot(*photo.shape[:2]))
    turned = cut_out(photo, Motion(turn, motion.shift), (diagonal, diagonal))
    axis = (upright.motion(turned).turn * turn / motion.turn) ** 2
    return float(np.abs(np.angle(axis, deg=True))) / 2
