"""The anomaly map: how far each cell of an image is from the cells of normals, wherever those are in their images.

PatchCore (Roth and others, 2022): the nearest neighbour in a bank of cells that the greedy k-center algorithm chose
(Sener and Savarese, 2018).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import THREADS, Grid, Known
from chalicelib.vision.folds import folds
from chalicelib.vision.progress import Progress

CELLS = 1500  # in a bank
MOST_CANDIDATES = 30_000  # cells among which they are chosen
CHOSEN_BY = 48  # random projections of the channels, which keep distances well enough to choose by
FOLDS = 5  # a normal is left out together with one in so many
TOP_CELLS = 3


@dataclass(frozen=True)
class CellBank:
    """Cells of normals, and the distances and scores that normals have while they are left out of the bank."""

    cells: NDArray[np.float16]  # (k, C)
    mean: float  # of a cell's distance
    deviation: float
    score_mean: float
    score_deviation: float

    def distance(self, grid: Grid) -> NDArray[np.float32]:
        """Of each cell to its nearest neighbour: (h, w, C) -> (h, w)."""
        cells = grid.reshape(-1, grid.shape[-1]).astype(np.float32)
        nearest = (np.column_stack([cells, np.ones(len(cells), np.float32)]) @ self._index).max(axis=1)
        squared = np.einsum("nc,nc->n", cells, cells) - 2 * nearest
        return np.asarray(np.sqrt(np.maximum(squared, 0)).reshape(grid.shape[:2]), np.float32)

    def deviations(self, distance: NDArray[np.float32], known: Known) -> NDArray[np.float32]:
        """Distances (h, w) as deviations from what is usual for normals; 0 in cells that are not known."""
        return np.where(known, (distance - np.float32(self.mean)) / np.float32(self.deviation), np.float32(0))

    def score(self, deviations: NDArray[np.float32], known: Known) -> float:
        """One number for a map (h, w): about 0 for a usual normal, growing with the logarithm far out."""
        return float(np.arcsinh((top_mean(deviations, known) - self.score_mean) / self.score_deviation))

    @cached_property
    def _index(self) -> NDArray[np.float32]:
        """The cells as columns, and below each half its squared length, negative: (C + 1, k)."""
        cells = self.cells.astype(np.float32)
        return np.vstack([cells.T, np.einsum("kc,kc->k", cells, cells) / -2])


def top_cells(deviations: NDArray[np.float32], known: Known) -> NDArray[np.int64]:
    """Which 3 of all cells, row by row, have the highest deviations (h, w) among the known ones: (3,), or fewer."""
    shown = np.flatnonzero(known)
    count = min(TOP_CELLS, len(shown))
    return shown[np.argpartition(deviations.ravel()[shown], -count)[-count:]] if count else shown


def top_mean(deviations: NDArray[np.float32], known: Known) -> float:
    """The mean of the 3 highest deviations (h, w) among the cells that are known; 0 if there are none."""
    highest = deviations.ravel()[top_cells(deviations, known)]
    return float(highest.mean()) if highest.size else 0.0


@dataclass(frozen=True)
class CellSamples:
    """The cells of s images and copies, normals first, to fit a bank to."""

    grids: list[Grid]  # (h, w, C) each, in half precision
    known: Known  # (s, h, w)
    groups: NDArray[np.int64]  # (s,) of near-duplicates
    anomalous: NDArray[np.bool_]  # (s,)
    original: NDArray[np.bool_]  # (s,) whether it is an image and not a copy


@dataclass(frozen=True)
class CellTraining:
    """A fitted bank, and the maps and scores of the samples, each with its group left out."""

    bank: CellBank
    maps: list[NDArray[np.float32]]  # (h, w) deviations of each sample
    scores: NDArray[np.float64]  # (s,)
    distances: NDArray[np.float32]  # (s, h, w) before they are deviations
    without: dict[int, CellBank]  # a bank that lacks the group of this number; its distances have no units


def fit_cells(samples: CellSamples, rng: np.random.Generator, progress: Progress) -> CellTraining:
    """A bank of all original normals. A left-out map comes from a bank of those in the other folds."""
    normal = ~samples.anomalous
    banks, own = _banks(samples, rng, progress)
    with ThreadPoolExecutor(THREADS) as pool:
        left_out = pool.map(lambda bank, grid: bank.distance(grid), own, samples.grids)
        distances = np.stack(list(progress(left_out, "distances", len(own))))
    usual = distances[normal][samples.known[normal]]
    bank = replace(banks[FOLDS], mean=float(usual.mean()), deviation=float(usual.std()) + 1e-6)
    maps = [bank.deviations(*each) for each in zip(distances, samples.known, strict=True)]
    tops = np.array([top_mean(*each) for each in zip(maps, samples.known, strict=True)])[normal]
    bank = replace(bank, score_mean=float(tops.mean()), score_deviation=float(tops.std()) + 1e-6)
    scores = np.array([bank.score(*each) for each in zip(maps, samples.known, strict=True)])
    return CellTraining(bank, maps, scores, distances, dict(zip(samples.groups.tolist(), own, strict=True)))


def _banks(samples: CellSamples, rng: np.random.Generator, progress: Progress) -> tuple[list[CellBank], list[CellBank]]:
    """A bank without each fold of the original normals and one of all, and which of them each sample is left out of."""
    normals = np.flatnonzero(samples.original & ~samples.anomalous)
    fold_of = folds(samples.groups[normals], FOLDS)
    kept = [normals[fold_of != fold] for fold in range(FOLDS)] + [normals]
    seeds = rng.integers(2**62, size=FOLDS + 1).tolist()
    with ThreadPoolExecutor(THREADS) as pool:
        chosen = pool.map(lambda rows, seed: choose_cells([samples.grids[row] for row in rows], seed), kept, seeds)
        banks = list(progress(chosen, "cells", FOLDS + 1))
    of_group = dict(zip(samples.groups[normals].tolist(), fold_of.tolist(), strict=True))
    return banks, [banks[of_group.get(group, FOLDS)] for group in samples.groups.tolist()]


def choose_cells(grids: Sequence[Grid], seed: int) -> CellBank:
    """A bank that leaves no cell of the grids (h, w, C) far from all of it; what is usual is still missing."""
    rng = np.random.default_rng(seed)
    every = np.concatenate([grid.reshape(-1, grid.shape[-1]) for grid in grids])
    candidates = every[np.sort(rng.permutation(len(every))[:MOST_CANDIDATES])]
    projection = rng.normal(size=(candidates.shape[1], CHOSEN_BY)).astype(np.float32)
    chosen = k_center(candidates.astype(np.float32) @ projection, CELLS)
    return CellBank(candidates[chosen].astype(np.float16), 0.0, 1.0, 0.0, 1.0)


def k_center(points: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Rows of points (n, k): the first, then each time the one that is farthest from all before."""
    squares = np.einsum("nk,nk->n", points, points)
    apart = np.full(len(points), np.inf, np.float32)
    chosen = [0]
    while len(chosen) < min(count, len(points)):
        last = chosen[-1]
        products = np.einsum("nk,k->n", points, points[last])  # on one thread: the folds share the cores already
        np.minimum(apart, squares + squares[last] - 2 * products, out=apart)
        chosen.append(int(apart.argmax()))
    return np.array(chosen)
