"""The normal head: how unusual an image is, measured against normals only, at a fine and at a coarse grid."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, smoothed
from chalicelib.vision.matching import bank_of, distances

BANK = 40  # normals kept for matching
LEFT_OUT = 60  # normals that measure the spread of normal distances
TOP_CELLS = 3
TOP_SHARE = 0.01
SMOOTHING = 1.0  # cells


class Matcher:
    """One grid's bank of normals, ready to measure distances."""

    def __init__(self, normals: NDArray[np.float16], radius: int) -> None:
        self._bank = bank_of(normals, radius)
        self._radius = radius

    def nearest(self, query: Grid, leave_out: Sequence[int] = ()) -> NDArray[np.float32]:
        """Distance of each cell to the nearest normal cell around it, some normals left out: (h, w, C) -> (h, w)."""
        each = distances(query, self._bank, self._radius)
        kept = np.setdiff1d(np.arange(len(each)), leave_out) if len(leave_out) else slice(None)
        return np.asarray(each[kept].min(axis=0))


@dataclass(frozen=True)
class NormalMap:
    """One grid of the normal head: its normals, and what distances and scores are usual for a normal image."""

    radius: int
    channel_mean: NDArray[np.float32]  # (C,)
    channel_deviation: NDArray[np.float32]  # (C,)
    bank: NDArray[np.float16]  # (n, h, w, C) standardised
    usual: NDArray[np.float32]  # (h, w) mean distance of normals left out
    spread: NDArray[np.float32]  # (h, w) its deviation
    score_mean: NDArray[np.float64]  # (2,) of the two top-cell scores
    score_deviation: NDArray[np.float64]  # (2,)

    def standardised(self, grid: Grid) -> Grid:
        """Channels in units of the normals' deviation."""
        return (grid - self.channel_mean) / self.channel_deviation

    def deviations(self, distance: NDArray[np.float32]) -> NDArray[np.float32]:
        """Distances (h, w) in units of what is usual at each place."""
        return (distance - self.usual) / self.spread

    def score(self, deviations: NDArray[np.float32]) -> float:
        """One number for an image from its map: about 0 for a usual normal, growing with the logarithm far out."""
        tops = (top_scores(deviations) - self.score_mean) / self.score_deviation
        return float(np.arcsinh(tops.mean()))


def top_scores(deviations: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean of the top 3 cells and of the top 1 % of cells: (h, w) -> (2,)."""
    cells = np.sort(deviations, axis=None)[::-1].astype(np.float64)
    share = max(1, round(TOP_SHARE * cells.size))
    return np.array([cells[:TOP_CELLS].mean(), cells[:share].mean()])


def channel_scale(grids: Sequence[Grid]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and deviation of each channel over all cells of the normals, the deviation kept off zero."""
    mean = np.mean([grid.mean(axis=(0, 1), dtype=np.float64) for grid in grids], axis=0)
    square = np.mean([(grid.astype(np.float64) ** 2).mean(axis=(0, 1)) for grid in grids], axis=0)
    deviation = np.sqrt(np.maximum(square - mean**2, 0))
    floor = 1e-3 * np.sqrt((deviation**2).mean()) + 1e-6
    return mean.astype(np.float32), (deviation + floor).astype(np.float32)


@dataclass(frozen=True)
class LeftOut:
    """Distance maps of normals, each measured with its own group left out of the bank."""

    maps: NDArray[np.float32]  # (m, h, w)
    groups: NDArray[np.int64]  # (m,) the group of each map


def fit_normal_map(
    grids: Sequence[Grid],
    copies: Sequence[Grid],
    groups: Sequence[int],
    radius: int,
    rng: np.random.Generator,
    step: Callable[[], None],
) -> tuple[NormalMap, NDArray[np.float64]]:
    """A map from the normals' grids, their jittered copies and the group of near-duplicates of each normal.

    Answers the map and the left-out scores: (2, k), of k normals and of their copies.
    """
    mean, deviation = channel_scale(grids)
    chosen = np.sort(rng.permutation(len(grids))[:BANK])
    bank = np.stack([((grids[i] - mean) / deviation).astype(np.float16) for i in chosen])
    matcher = Matcher(bank, radius)
    judged = np.sort(rng.permutation(len(grids))[:LEFT_OUT])
    maps = []
    for grid, i in [(source[i], i) for source in (grids, copies) for i in judged]:
        own = [place for place, normal in enumerate(chosen) if groups[normal] == groups[i]]
        maps.append(matcher.nearest((grid - mean) / deviation, own))
        step()
    usual, spread = usual_distances(np.stack(maps))
    tops = np.stack([top_scores((m - usual) / spread) for m in maps])
    fitted = NormalMap(radius, mean, deviation, bank, usual, spread, tops.mean(axis=0), tops.std(axis=0) + 1e-6)
    scores = [fitted.score((m - usual) / spread) for m in maps]
    return fitted, np.array(scores).reshape(2, -1)


def usual_distances(maps: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and spread of distance maps at each place, smoothed: (m, h, w) -> two of (h, w)."""
    usual = smoothed(maps.mean(axis=0), SMOOTHING)
    local = np.sqrt(smoothed(maps.var(axis=0), SMOOTHING))
    return usual, np.asarray(0.7 * local + 0.3 * local.mean() + 1e-3, np.float32)
