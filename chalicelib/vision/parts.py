"""The parts of a detector, each fitted to the same features, and what each says of the training images left out."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.alignment import Alignment, Motion
from chalicelib.vision.detector import Line, Supervised, chance, combined
from chalicelib.vision.familiar import Familiar, fit_familiar
from chalicelib.vision.intake import Progress
from chalicelib.vision.normal import MATCHED, Place, fit_normals, fit_usual
from chalicelib.vision.ridge import fit_ridge
from chalicelib.vision.rows import Rows, familiar_rows, in_step
from chalicelib.vision.stack import fit_stack
from chalicelib.vision.view import View, Viewer
from chalicelib.vision.whole import Descriptor, fit_descriptor, kept, kernel, unpacked

REJECTED_FROM = 1.0  # deviations of left-out normal scores above their mean, without anomalies to learn from
SOFTNESS = 0.8  # of such deviations raise the log odds by 1
MIRRORED_SAY = 0.3  # of what an image has to say in the regression
FINE_SIZE = 300  # px: above, a cell is a smaller part of the image, and is looked for further around


@dataclass(frozen=True)
class Material:
    """What all parts of the detector are fitted to."""

    rows: Rows
    viewer: Viewer
    motions: list[Motion]  # of each image
    views: list[View]  # of each row, features of half precision
    groups: NDArray[np.int64]  # (n,) the group of each image

    @property
    def row_groups(self) -> NDArray[np.int64]:
        """The group of each row: (m,)."""
        return self.groups[self.rows.image]


@dataclass(frozen=True)
class FittedMap:
    """One grid of the normal head, and what it says of images and smooth copies, each group left out."""

    place: Place
    maps: list[NDArray[np.float32]]  # (h, w) deviations of each image as it came
    scores: NDArray[np.float64]  # (s,) of each smooth row
    highest: float  # deviation that the maps of 3 of 4 normals stay below


def fit_map(material: Material, level: int, chosen: NDArray[np.int64], size: int, progress: Progress) -> FittedMap:
    """The normal head on the fine (0) or the coarse (1) grid, with the chosen normals as its bank."""
    rows, step = material.rows, ("fine distances", "coarse distances")[level]
    smooth = np.flatnonzero(rows.smooth)
    grids = {row: material.views[row].grids[level][..., :MATCHED].astype(np.float32) for row in smooth}
    normals = [grids[row] for row in np.flatnonzero(rows.original & ~rows.anomalous)]
    fitted = fit_normals(normals, chosen, 1 if level else reach(material.viewer.alignment, size))
    bank = fitted.laid_out()
    own = material.row_groups[:, None] == material.groups[chosen]
    left_out = in_step(lambda row: fitted.nearest(grids[row], bank, own[row]), smooth, len(smooth), step, progress)
    count = int((~rows.anomalous[smooth]).sum())
    known = np.stack([material.views[row].known[level] for row in smooth])
    usual, maps = fit_usual(np.stack(left_out[:count]), known[:count], material.row_groups[smooth][:count])
    highest = np.quantile([each.max() for each in maps], 0.75)
    maps += [usual.deviations(*each) for each in zip(left_out[count:], known[count:], strict=True)]
    shown = [maps[place] for place in np.flatnonzero(rows.original[smooth])]
    return FittedMap(
        Place(fitted, usual),
        shown,
        np.array([usual.score(*each) for each in zip(maps, known, strict=True)]),
        float(highest),
    )


def reach(alignment: Alignment | None, size: int) -> int:
    """How many fine cells around its place a cell is looked for: fewer where parts are turned and scaled alike."""
    return (2 if size <= FINE_SIZE else 3) - (alignment is not None and alignment.turns)


@dataclass(frozen=True)
class FittedWhole:
    """The judgement of images as a whole, and what it says of smooth rows, each group left out."""

    descriptor: Descriptor
    support: NDArray[np.int8]  # (m, d), or (n, d) of what is familiar
    gram: NDArray[np.float64]  # (m, m)
    familiar: Familiar
    scores: NDArray[np.float64]  # (s,) of each smooth row


def fit_whole(material: Material) -> FittedWhole:
    """Descriptor, kernel matrix and familiarity. Without anomalies only what is familiar has to be kept."""
    rows = material.rows
    descriptor, described = fit_descriptor([view.grids[0] for view in material.views], rows.normals)
    support = kept(described)
    vectors = descriptor.prepared(unpacked(support))
    gram = kernel(vectors, vectors)
    chosen = familiar_rows(rows, material.groups)
    familiar, left_out = fit_familiar(gram[np.ix_(chosen, chosen)], material.row_groups[chosen], chosen)
    scores = np.array([familiar.score(gram[row, row], gram[row]) for row in range(len(gram))])
    scores[chosen] = left_out
    if not rows.anomalous.any():
        support, familiar = support[chosen], replace(familiar, rows=np.arange(len(chosen)))
    return FittedWhole(descriptor, support, gram, familiar, scores[rows.smooth])


@dataclass(frozen=True)
class Verdicts:
    """How scores become probabilities, and the probabilities of images left out."""

    calibration: Line
    supervised: Supervised | None
    left_out: NDArray[np.float64]  # (n,) of each image


def fit_verdicts(material: Material, scores: NDArray[np.float64], gram: NDArray[np.float64]) -> Verdicts:
    """From the left-out scores (s, 3) of smooth rows and the kernel matrix (m, m) of all."""
    rows, smooth = material.rows, material.rows.smooth
    anomalous = rows.anomalous[smooth]
    usual = combined(scores[~anomalous])
    calibration = Line(float(usual.mean() + REJECTED_FROM * usual.std()), float(1 / (SOFTNESS * usual.std() + 1e-6)))
    supervised, log_odds = None, calibration.log_odds(combined(scores))
    if anomalous.any():
        taught = smooth | (rows.way > 0)
        say = np.where(rows.way, MIRRORED_SAY, 1.0)[taught]
        weights, left_out = np.zeros((2, len(gram)))
        weights[taught], left_out[taught] = fit_ridge(
            gram[taught][:, taught], rows.anomalous[taught], material.row_groups[taught], say
        )
        stacked = np.column_stack([left_out[smooth], scores])
        stack = fit_stack(stacked, anomalous)
        supervised, log_odds = Supervised(weights, stack), stack.log_odds(stacked)
    return Verdicts(calibration, supervised, chance(log_odds[rows.original[smooth]]))
