"""The normal head: how unusual each place of an image is, measured against normals only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import Grid, Known, scale_of, smoothed
from chalicelib.vision.matching import Bank, bank_of, distances, nearest
from chalicelib.vision.ridge import members

BANK = 40  # normals kept for matching
MATCHED = 64  # channels: random projections keep distances with fewer than they need for covariances
TOP_CELLS = 3
TOP_SHARE = 0.01
SMOOTHING = 1.0  # cells
LEAST_SHOWN = 5  # images that must show a place, for it to be judged by what is usual there


@dataclass(frozen=True)
class Normals:
    """One grid's standardised normals, to measure distances against."""

    radius: int  # cells
    channel_mean: NDArray[np.float32]  # (C,)
    channel_deviation: NDArray[np.float32]  # (C,)
    bank: NDArray[np.float16]  # (n, h, w, C)

    def laid_out(self) -> Bank:
        """The bank as `distances` wants it."""
        return bank_of(self.bank, self.radius)

    def nearest(self, grid: Grid, bank: Bank, left_out: NDArray[np.bool_] | None = None) -> NDArray[np.float32]:
        """Of each cell to the nearest of all normals but those left out, (n,): (h, w, C or more) -> (h, w)."""
        standardised = (grid[..., : len(self.channel_mean)] - self.channel_mean) / self.channel_deviation
        if left_out is None:
            return nearest(standardised, bank, self.radius)
        return np.asarray(distances(standardised, bank, self.radius)[~left_out].min(axis=0))


@dataclass(frozen=True)
class Usual:
    """What distances, and what scores, are usual for a normal image on one grid."""

    mean: NDArray[np.float32]  # (h, w) distance of normals left out
    spread: NDArray[np.float32]  # (h, w)
    score_mean: NDArray[np.float64]  # (2,) of the two top-cell scores of normals left out
    score_deviation: NDArray[np.float64]  # (2,)

    def deviations(self, distance: NDArray[np.float32], known: Known) -> NDArray[np.float32]:
        """Distances (h, w) in units of what is usual at each place; 0 where they are not known."""
        return np.where(known, (distance - self.mean) / self.spread, np.float32(0))

    def score(self, deviations: NDArray[np.float32], known: Known) -> float:
        """One number for an image from its map, where known: about 0 for a usual normal, its logarithm far out."""
        tops = (top_scores(deviations[known]) - self.score_mean) / self.score_deviation
        return float(np.arcsinh(tops.mean()))


@dataclass(frozen=True)
class Place:
    """One grid of the normal head."""

    normals: Normals
    usual: Usual


def fit_normals(grids: Sequence[Grid], chosen: NDArray[np.int64], radius: int) -> Normals:
    """Channel units from all normals' grids, of the channels that are matched, and a bank from the chosen ones."""
    mean, deviation = channel_scale(grids)
    bank = np.stack([((grids[i] - mean) / deviation).astype(np.float16) for i in chosen])
    return Normals(radius, mean, deviation, bank)


def channel_scale(grids: Sequence[Grid]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and deviation of each channel over all cells of the normals."""
    mean = np.mean([grid.mean(axis=(0, 1), dtype=np.float64) for grid in grids], axis=0)
    square = np.mean([(grid.astype(np.float64) ** 2).mean(axis=(0, 1)) for grid in grids], axis=0)
    deviation = np.sqrt(np.maximum(square - mean**2, 0))
    return mean.astype(np.float32), scale_of(deviation)


def fit_usual(
    maps: NDArray[np.float32], known: Known, groups: NDArray[np.int64]
) -> tuple[Usual, list[NDArray[np.float32]]]:
    """From distance maps (m, h, w), where known, of normals and copies, each with its own group left out of the bank.

    Answers also the maps as deviations, each from what is usual in the other groups (m,): an image that helped to say
    what is usual would look more usual than a new one.
    """
    sums = _sums(maps, known)
    usual, deviations = _usual(*sums), list(maps)
    for own in members(groups):
        others = _usual(*(all_ - some for all_, some in zip(sums, _sums(maps[own], known[own]), strict=True)))
        for row in own:
            deviations[row] = others.deviations(maps[row], known[row])
    tops = np.stack([top_scores(each[where]) for each, where in zip(deviations, known, strict=True)])
    return replace(usual, score_mean=tops.mean(axis=0), score_deviation=tops.std(axis=0) + 1e-6), deviations


def _sums(maps: NDArray[np.float32], known: Known) -> tuple[NDArray[np.float64], ...]:
    """How many of the maps (m, h, w) know a place, the sum of their distances there, and of the squares: (h, w)."""
    shown = np.where(known, maps, 0).astype(np.float64)
    return known.sum(axis=0, dtype=np.float64), shown.sum(axis=0), (shown**2).sum(axis=0)


def _usual(count: NDArray[np.float64], total: NDArray[np.float64], squares: NDArray[np.float64]) -> Usual:
    """What distances are usual, from `_sums`. The scores are still to be standardised.

    A place that hardly any image shows is taken to be as all places are.
    """
    mean = total / np.maximum(count, 1)
    variance = np.maximum(squares / np.maximum(count, 1) - mean**2, 0)
    shown = count >= min(LEAST_SHOWN, count.max())
    mean, variance = (np.where(shown, each, each[shown].mean()) for each in (mean, variance))
    local = np.sqrt(smoothed(variance.astype(np.float32), SMOOTHING))
    spread = np.asarray(0.7 * local + 0.3 * local.mean() + 1e-3, np.float32)
    return Usual(smoothed(mean.astype(np.float32), SMOOTHING), spread, np.zeros(2), np.ones(2))


def top_scores(deviations: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean of the top 3 cells and of the top 1 % of cells, above what rises everywhere alike: (k,) -> (2,).

    Noise, focus and light lift the whole map; they are for the score of the image as a whole to judge.
    """
    if not deviations.size:
        return np.zeros(2)
    share = max(1, round(TOP_SHARE * deviations.size))
    most = min(max(TOP_CELLS, share), deviations.size)
    cells = np.sort(np.partition(deviations, -most)[-most:])[::-1].astype(np.float64)
    return np.array([cells[:TOP_CELLS].mean(), cells[:share].mean()]) - max(0.0, float(np.median(deviations)))
