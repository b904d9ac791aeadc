"""The anomaly map: how far each cell of an image is from the cells of normals at about the same place.

A memory bank of normals' features is searched for the nearest neighbour of each cell (Roth and others, 2022, without
its subsampling). The distance is then compared with the distances that are usual for normals at that cell.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import THREADS, Grid, Known, scale_of, smoothed
from chalicelib.vision.progress import Progress
from chalicelib.vision.scoring.patch_search import Index, distances, index_of, nearest

LARGEST_BANK = 40  # normals in the bank
MATCHED = 64  # channels: random projections keep distances with fewer than they need for covariances
TOP_CELLS = 3
TOP_SHARE = 0.01
SMOOTHING = 1.0  # cells
LEAST_SHOWN = 5  # images that must show a cell before its own statistics are used


@dataclass(frozen=True)
class MemoryBank:
    """The standardised features of some normals on one grid."""

    radius: int  # cells around its place in which a cell is searched for
    channel_mean: NDArray[np.float32]  # (C,)
    channel_deviation: NDArray[np.float32]  # (C,)
    grids: NDArray[np.float16]  # (n, h, w, C)

    def distance(self, grid: Grid) -> NDArray[np.float32]:
        """Of each cell to its nearest neighbour in all normals: (h, w, C or more) -> (h, w)."""
        return nearest(self._standardised(grid), self._index, self.radius)

    def left_out_distance(self, grid: Grid, left_out: NDArray[np.bool_]) -> NDArray[np.float32]:
        """The same in all normals but those left out, (n,)."""
        return np.asarray(distances(self._standardised(grid), self._index, self.radius)[~left_out].min(axis=0))

    def _standardised(self, grid: Grid) -> Grid:
        return (grid[..., : len(self.channel_mean)] - self.channel_mean) / self.channel_deviation

    @cached_property
    def _index(self) -> Index:
        return index_of(self.grids, self.radius)


@dataclass(frozen=True)
class NormalStatistics:
    """The distances, and the scores, that normals have on one grid while they are left out of the bank."""

    mean: NDArray[np.float32]  # (h, w) distance
    spread: NDArray[np.float32]  # (h, w)
    score_mean: NDArray[np.float64]  # (2,) of the two top-cell scores
    score_deviation: NDArray[np.float64]  # (2,)

    def deviations(self, distance: NDArray[np.float32], known: Known) -> NDArray[np.float32]:
        """Distances (h, w) as deviations from the mean in units of the spread; 0 in cells that are not known."""
        return np.where(known, (distance - self.mean) / self.spread, np.float32(0))

    def score(self, deviations: NDArray[np.float32], known: Known) -> float:
        """One number for a map (h, w): about 0 for a usual normal, growing with the logarithm far out."""
        tops = (top_scores(deviations[known]) - self.score_mean) / self.score_deviation
        return float(np.arcsinh(tops.mean()))


@dataclass(frozen=True)
class FittedGrid:
    """The memory bank of one grid, with what is usual there."""

    bank: MemoryBank
    statistics: NormalStatistics


@dataclass(frozen=True)
class GridSamples:
    """One grid of s images and copies, normals first, to fit a memory bank to."""

    grids: list[Grid]  # (h, w, C) each, in half precision
    known: Known  # (s, h, w)
    groups: NDArray[np.int64]  # (s,) of near-duplicates
    anomalous: NDArray[np.bool_]  # (s,)
    original: NDArray[np.bool_]  # (s,) whether it is an image and not a copy


@dataclass(frozen=True)
class GridTraining:
    """A fitted grid, and the maps and scores of the samples, each with its group left out."""

    grid: FittedGrid
    maps: list[NDArray[np.float32]]  # (h, w) deviations of each original
    scores: NDArray[np.float64]  # (s,)
    highest: float  # deviation that the maps of 3 of 4 normals stay below


def fit_grid(
    samples: GridSamples, chosen: NDArray[np.int64], radius: int, step: str, progress: Progress
) -> GridTraining:
    """Fit with the `chosen` original normals (indices among them) in the bank; `step` is the progress's name for it."""
    normals = np.flatnonzero(samples.original & ~samples.anomalous)
    bank = fit_bank([samples.grids[row][..., :MATCHED] for row in normals], chosen, radius)
    own = samples.groups[:, None] == samples.groups[normals[chosen]]
    with ThreadPoolExecutor(THREADS) as pool:
        distances = pool.map(bank.left_out_distance, samples.grids, own)
        left_out = list(progress(distances, step, len(samples.grids)))
    count = int((~samples.anomalous).sum())
    known = samples.known
    statistics, maps = fit_statistics(np.stack(left_out[:count]), known[:count], samples.groups[:count])
    highest = float(np.quantile([each.max() for each in maps], 0.75))
    maps += [statistics.deviations(*each) for each in zip(left_out[count:], known[count:], strict=True)]
    scores = np.array([statistics.score(*each) for each in zip(maps, known, strict=True)])
    originals = [maps[row] for row in np.flatnonzero(samples.original)]
    return GridTraining(FittedGrid(bank, statistics), originals, scores, highest)


def fit_bank(normals: Sequence[Grid], chosen: NDArray[np.int64], radius: int) -> MemoryBank:
    """Channel means and deviations from the grids (h, w, C) of all normals, and a bank of the chosen ones."""
    mean, deviation = channel_scale(normals)
    grids = np.stack([((normals[i] - mean) / deviation).astype(np.float16) for i in chosen])
    return MemoryBank(radius, mean, deviation, grids)


def channel_scale(grids: Sequence[Grid]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and standard deviation of each channel over all cells of the grids: twice (C,)."""
    mean = np.mean([grid.mean(axis=(0, 1), dtype=np.float64) for grid in grids], axis=0)
    square = np.mean([(grid.astype(np.float64) ** 2).mean(axis=(0, 1)) for grid in grids], axis=0)
    deviation = np.sqrt(np.maximum(square - mean**2, 0))
    return mean.astype(np.float32), scale_of(deviation)


def fit_statistics(
    maps: NDArray[np.float32], known: Known, groups: NDArray[np.int64]
) -> tuple[NormalStatistics, list[NDArray[np.float32]]]:
    """From distance maps (m, h, w) of normals and copies, each with its own group (m,) left out of the bank.

    Returns also the maps as deviations, each from the statistics of the other groups: an image that took part in the
    statistics would look more usual than a new one.
    """
    sums = _sums(maps, known)
    statistics, deviations = _statistics(*sums), list(maps)
    for group in np.unique(groups):
        own = np.flatnonzero(groups == group)
        others = _statistics(*(all_ - some for all_, some in zip(sums, _sums(maps[own], known[own]), strict=True)))
        for row in own:
            deviations[row] = others.deviations(maps[row], known[row])
    tops = np.stack([top_scores(each[where]) for each, where in zip(deviations, known, strict=True)])
    return replace(statistics, score_mean=tops.mean(axis=0), score_deviation=tops.std(axis=0) + 1e-6), deviations


def _sums(maps: NDArray[np.float32], known: Known) -> tuple[NDArray[np.float64], ...]:
    """How many of the maps (m, h, w) know a cell, the sum of their distances there, and of the squares: (h, w)."""
    shown = np.where(known, maps, 0).astype(np.float64)
    return known.sum(axis=0, dtype=np.float64), shown.sum(axis=0), (shown**2).sum(axis=0)


def _statistics(
    count: NDArray[np.float64], total: NDArray[np.float64], squares: NDArray[np.float64]
) -> NormalStatistics:
    """From `_sums`; the statistics of the scores are still missing.

    A cell that hardly any image shows gets the mean of all other cells.
    """
    mean = total / np.maximum(count, 1)
    variance = np.maximum(squares / np.maximum(count, 1) - mean**2, 0)
    shown = count >= min(LEAST_SHOWN, count.max())
    mean, variance = (np.where(shown, each, each[shown].mean()) for each in (mean, variance))
    local = np.sqrt(smoothed(variance.astype(np.float32), SMOOTHING))
    spread = np.asarray(0.7 * local + 0.3 * local.mean() + 1e-3, np.float32)
    return NormalStatistics(smoothed(mean.astype(np.float32), SMOOTHING), spread, np.zeros(2), np.ones(2))


def top_scores(deviations: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean of the top 3 cells and of the top 1 % of cells, less the median of all if positive: (k,) -> (2,).

    Noise, focus and light raise the whole map; they are left to the score of the image as a whole.
    """
    if not deviations.size:
        return np.zeros(2)
    share = max(1, round(TOP_SHARE * deviations.size))
    most = min(max(TOP_CELLS, share), deviations.size)
    cells = np.sort(np.partition(deviations, -most)[-most:])[::-1].astype(np.float64)
    return np.array([cells[:TOP_CELLS].mean(), cells[:share].mean()]) - max(0.0, float(np.median(deviations)))
