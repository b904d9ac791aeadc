"""A single part on a plain ground: where it lies and in which direction it points.

The ground's colour is that of the image's border. Pixels are split by Otsu's threshold (1979) on their distance from
it; the part is the largest blob. Its direction is the principal axis of its second moments, and points to the side of
the longer tail by the third moment along that axis.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chalicelib.vision.arrays import Photo, Plane
from chalicelib.vision.features.sampling import centred, sampled

LOOKED_AT = 128  # px: the shorter side at which the part is looked for, or up to twice as many
PLAIN = 0.95  # of the border must be ground
ALONE = 0.8  # of what is not ground must be the part
LEAST_AREA, MOST_AREA = 0.003, 0.7  # of the image
CONTRAST = 3.0  # times the usual distance of the ground from its own colour
LONGEST_AXIS = 0.9  # of the major axis that the minor one may have: a rounder part has no direction
BINS = 128
NEARLY = 0.999


@dataclass(frozen=True)
class Part:
    """A part in a photo. Places are x + iy px from the photo's centre."""

    centre: complex  # of its area
    direction: complex  # of length 1, along its principal axis
    reach: tuple[float, float, float, float]  # px from the centre: ahead, behind, to the right, to the left of it
    mask: NDArray[np.bool_]  # (h, w) of the photo, reduced
    reduced: int  # by this factor

    def shown(self, points: NDArray[np.complexfloating]) -> Plane:
        """How much of each place in the photo is the part, from 0 to 1."""
        planes: Plane = sampled(self.mask[None].astype(np.float32), points / self.reduced)
        return np.asarray(planes[0], np.float32)


def ground_colour(photo: Photo) -> NDArray[np.uint8]:
    """The median colour (3,) of the outermost pixels of a photo (H, W, 3)."""
    return np.asarray(np.median(border(photo), axis=0), np.uint8)


def border[T: np.generic](pixels: NDArray[T]) -> NDArray[T]:
    """The outermost pixels (n, ...) of (H, W, ...)."""
    return np.concatenate([pixels[0], pixels[-1], pixels[1:-1, 0], pixels[1:-1, -1]])


def find_part(photo: Photo) -> Part | None:
    """The part in a photo (H, W, 3); None unless there is one blob, on a plain ground, with a direction."""
    reduced = max(1, min(photo.shape[:2]) // LOOKED_AT)
    small = np.asarray(Image.fromarray(photo).reduce(reduced))
    distance = np.linalg.norm(small - ground_colour(small).astype(np.float32), axis=2)
    threshold = otsu(distance)
    above = distance > threshold
    mask = largest_blob(above)
    area = int(mask.sum())
    if not LEAST_AREA * mask.size <= area <= MOST_AREA * mask.size or area < ALONE * int(above.sum()):
        return None
    if border(above).mean() > 1 - PLAIN or distance[mask].mean() < CONTRAST * np.median(border(distance)):
        return None
    return _directed(mask, reduced)


def _directed(mask: NDArray[np.bool_], reduced: int) -> Part | None:
    points = centred(mask.shape)[mask].astype(np.complex128) * reduced
    centre = complex(points.mean())
    around = points - centre
    xx, yy, xy = (around.real**2).mean(), (around.imag**2).mean(), (around.real * around.imag).mean()
    longer = np.hypot(xx - yy, 2 * xy)
    if (xx + yy - longer) > LONGEST_AXIS**2 * (xx + yy + longer):
        return None
    direction = np.exp(0.5j * np.arctan2(2 * xy, xx - yy))
    along = around * direction.conj()
    if (along.real**3).sum() < 0:
        direction, along = -direction, -along
    ends = along.real.max(), -along.real.min(), along.imag.max(), -along.imag.min()
    ahead, behind, right, left = map(float, ends)
    return Part(centre, complex(direction), (ahead, behind, right, left), mask, reduced)


def otsu(values: NDArray[np.float32]) -> float:
    """The threshold that splits values into the two classes with the least variance within them (Otsu, 1979)."""
    counts, edges = np.histogram(values, BINS)
    middles = (edges[1:] + edges[:-1]) / 2
    below = np.cumsum(counts)
    total = np.cumsum(counts * middles)
    above = below[-1] - below
    means = total / np.maximum(below, 1) - (total[-1] - total) / np.maximum(above, 1)
    between = below * above * means**2
    best = np.flatnonzero(between >= NEARLY * between.max())  # between distinct classes any threshold does: the middle
    return float(edges[1 + best].mean())


def largest_blob(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest set of true cells (h, w) that are connected by their sides, found by the runs of each row."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    if not len(rows):
        return mask
    stride = mask.shape[1] + 1  # a run touches those of the row above that end after its start and start before its end
    firsts = np.searchsorted(rows * stride + ends, (rows - 1) * stride + starts, side="right")
    lasts = np.searchsorted(rows * stride + starts, (rows - 1) * stride + ends, side="left")
    labels = _joined(firsts.tolist(), lasts.tolist())
    largest = labels == np.bincount(labels, weights=ends - starts).argmax()
    inside = np.zeros((len(mask), stride), np.int8)
    inside[rows[largest], starts[largest]] = 1
    inside[rows[largest], ends[largest]] = -1
    return np.cumsum(inside, axis=1)[:, :-1] > 0


def _joined(firsts: list[int], lasts: list[int]) -> NDArray[np.int64]:
    """The label of each run, the same for runs that touch; run i touches runs firsts[i] to lasts[i] - 1 before it."""
    parent = list(range(len(firsts)))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = run = parent[parent[run]]
        return run

    for run, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        for other in range(first, last):
            parent[root(other)] = root(run)
    return np.array([root(run) for run in range(len(parent))])
