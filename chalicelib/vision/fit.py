"""Training: photos of normals, and of anomalies where there are any, in; a detector out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.alignment import Alignment, fit_alignment
from chalicelib.vision.arrays import Photo
from chalicelib.vision.backbone import Backbone, fit_backbone
from chalicelib.vision.detector import Detector, Extractor, Line, Supervised, combined
from chalicelib.vision.familiar import Familiar, fit_familiar
from chalicelib.vision.filters import CELL
from chalicelib.vision.intake import Intake, Progress, Shape, other_sizes, take_in
from chalicelib.vision.normal import BANK, Place, fit_normals, fit_usual
from chalicelib.vision.ridge import fit_ridge
from chalicelib.vision.rows import MOST_ROWS, Rows, grouped, in_step, rows_of
from chalicelib.vision.stack import fit_stack
from chalicelib.vision.whole import Descriptor, fit_descriptor, kernel

LEAST_NORMALS = 10
MOST_IMAGES = MOST_ROWS
LEAST_ANOMALIES = 3  # fewer are not learned from
REJECTED_FROM = 1.5  # deviations of left-out normal scores above their mean, without anomalies to learn from
FAMILIAR_ROWS = 600  # normals and copies that an image's familiarity is judged by
FINE_SIZE = 300  # px: above, a cell is a smaller part of the image, and is looked for further around
SCALED_BY = 20  # normals whose size of features scales a backbone's channels


type Halves = tuple[NDArray[np.float16], NDArray[np.float16]]  # a fine and a coarse grid, to save memory


class NotEnoughImages(ValueError):
    """The images given cannot train a detector; the message says how many of which are missing."""


class TooManyImages(ValueError):
    """More images than training has memory and the artifact has room for; a sample of them does as well."""


class WrongSizes(ValueError):
    """Training images are of different sizes, and the options forbid it; `images` are the places of the odd ones."""

    def __init__(self, common: Shape, images: tuple[int, ...]) -> None:
        super().__init__(f"{len(images)} images are not {common[1]} x {common[0]} px as the others are")
        self.images = images


@dataclass(frozen=True)
class BackboneOptions:
    """A network to take features from."""

    graph: bytes  # an ONNX model that answers its taps
    preprocess: str = "signed"


@dataclass(frozen=True)
class FitOptions:
    """What a person may choose about training."""

    size: int = 256  # px: the square root of the area that images are brought to
    seed: int = 0
    backbone: BackboneOptions | None = None  # the filters without one
    strict_size: bool = False  # refuse images of different sizes, at inspection too


@dataclass(frozen=True)
class Training:
    """A trained detector, and what training learned about the data. Images count normals first, then anomalies."""

    detector: Detector
    left_out: NDArray[np.float64]  # (n,) anomaly_probability of each image, itself and its like left out
    left_out_maps: NDArray[np.float32]  # (n, h, w) anomaly_map of each, likewise
    groups: NDArray[np.int64]  # (n,) the same number for near-duplicates
    other_sizes: tuple[int, ...]  # images that are not of the commonest size


def fit(
    normal: Sequence[Photo],
    anomaly: Sequence[Photo],
    options: FitOptions | None = None,
    progress: Progress = lambda _step, _done, _total: None,
) -> Training:
    """Train on photos (H, W, 3) uint8 of any sizes. Each is taken from its sequence one at a time.

    Fewer than 3 anomalies are not learned from. Raises `NotEnoughImages` for fewer than 10 normals, `TooManyImages`
    for more than 900 images, and `WrongSizes`.
    """
    options = options or FitOptions()
    if len(normal) < LEAST_NORMALS:
        raise NotEnoughImages(f"training needs at least {LEAST_NORMALS} normal images, but there are {len(normal)}")
    if len(normal) + len(anomaly) > MOST_IMAGES:
        raise TooManyImages(f"training takes at most {MOST_IMAGES} images, not {len(normal) + len(anomaly)}: draw some")
    rng = np.random.default_rng(options.seed)
    intake = take_in(normal, anomaly if len(anomaly) >= LEAST_ANOMALIES else (), options.size, progress)
    common, others = other_sizes(intake.shapes)
    if options.strict_size and others:
        raise WrongSizes(common, tuple(others))
    material = prepared(intake, len(normal), options, rng, progress)
    chosen = np.sort(rng.permutation(len(normal))[:BANK])
    fine, coarse = (fit_map(material, level, chosen, options.size, progress) for level in (0, 1))
    whole = fit_whole(material)
    verdicts = fit_verdicts(material, np.column_stack([fine.scores, coarse.scores, whole.scores]), whole.gram)
    detector = Detector(
        image_size=intake.size,
        trained_on=common,
        strict_size=options.strict_size,
        alignment=material.alignment,
        extractor=material.extractor,
        fine=fine.place,
        coarse=coarse.place,
        descriptor=whole.descriptor,
        support=whole.support,
        familiar=whole.familiar,
        calibration=verdicts.calibration,
        supervised=verdicts.supervised,
        threshold=0.5,
        mask_level=coarse.highest,
        left_out_normal=verdicts.left_out[: len(normal)],
        left_out_anomaly=verdicts.left_out[len(normal) :],
        metadata={"normal": str(len(normal)), "anomaly": str(len(anomaly)), "seed": str(options.seed)},
    )
    maps = placed(coarse.maps, intake.photos, material.alignment)
    return Training(detector, verdicts.left_out, maps, material.groups, tuple(others))


def placed(
    maps: Sequence[NDArray[np.float32]], photos: Sequence[Photo], alignment: Alignment | None
) -> NDArray[np.float32]:
    """Maps (h, w) of aligned photos, as `Finding` has them: each where its own photo has the parts. (n, h, w)."""
    if alignment is None:
        return np.stack(maps)
    return np.stack(
        [alignment.returned(each, alignment.motion(photo), 2 * CELL) for each, photo in zip(maps, photos, strict=True)]
    )


@dataclass(frozen=True)
class Material:
    """What all parts of the detector are fitted to."""

    rows: Rows
    alignment: Alignment | None
    extractor: Extractor
    grids: list[Halves]  # fine and coarse, of each row
    groups: NDArray[np.int64]  # (n,) the group of each image

    @property
    def row_groups(self) -> NDArray[np.int64]:
        """The group of each row: (m,)."""
        return self.groups[self.rows.image]


def prepared(
    intake: Intake, normals: int, options: FitOptions, rng: np.random.Generator, progress: Progress
) -> Material:
    """Features of all images and their copies, and the groups of near-duplicates."""
    rows = rows_of(normals, len(intake.photos) - normals)
    alignment = fit_alignment(intake.photos[:normals], rng)
    extractor = Extractor(_backbone(options, intake.photos[:normals]))

    def halves(photo: Photo) -> Halves:
        fine, coarse = extractor.grids(alignment.aligned(photo) if alignment else photo)
        return fine.astype(np.float16), coarse.astype(np.float16)

    grids = in_step(halves, rows.photos(intake.photos, rng), len(rows.image), "features", progress)
    return Material(
        rows, alignment, extractor, grids, grouped([coarse.astype(np.float32) for _, coarse in grids], rows)
    )


def _backbone(options: FitOptions, normals: Sequence[Photo]) -> Backbone | None:
    if options.backbone is None:
        return None
    chosen = [normals[i] for i in np.linspace(0, len(normals) - 1, SCALED_BY).astype(int)]
    return fit_backbone(options.backbone.graph, options.backbone.preprocess, chosen, options.seed)


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
    grids = {row: material.grids[row][level].astype(np.float32) for row in smooth}
    normals = [grids[row] for row in np.flatnonzero(rows.original & ~rows.anomalous)]
    fitted = fit_normals(normals, chosen, 1 if level else 2 if size <= FINE_SIZE else 3)
    bank = fitted.laid_out()
    own = material.row_groups[:, None] == material.groups[chosen]
    left_out = in_step(lambda row: fitted.nearest(grids[row], bank, own[row]), smooth, len(smooth), step, progress)
    normal = ~rows.anomalous[smooth]
    usual = fit_usual(np.stack(left_out[: int(normal.sum())]))
    maps = [usual.deviations(each) for each in left_out]
    highest = np.quantile([each.max() for each in maps[: int(normal.sum())]], 0.75)
    shown = [maps[place] for place in np.flatnonzero(rows.original[smooth])]
    return FittedMap(Place(fitted, usual), shown, np.array([usual.score(each) for each in maps]), float(highest))


@dataclass(frozen=True)
class FittedWhole:
    """The judgement of images as a whole, and what it says of smooth rows, each group left out."""

    descriptor: Descriptor
    support: NDArray[np.float16]  # (m, d)
    gram: NDArray[np.float64]  # (m, m)
    familiar: Familiar
    scores: NDArray[np.float64]  # (s,) of each smooth row


def fit_whole(material: Material) -> FittedWhole:
    """Descriptor, kernel matrix and familiarity; the first normals and their copies say what is familiar."""
    fine = [grid.astype(np.float32) for grid, _ in material.grids]
    count = min(material.rows.normals, FAMILIAR_ROWS)
    descriptor = fit_descriptor(fine[: material.rows.normals])
    support = np.stack([descriptor.vector(grid) for grid in fine]).astype(np.float16)
    vectors = descriptor.prepared(support.astype(np.float32))
    gram = kernel(vectors, vectors)
    familiar, left_out = fit_familiar(gram[:count, :count], material.row_groups[:count])
    rest = [familiar.score(gram[row, row], gram[row]) for row in range(count, len(gram))]
    return FittedWhole(descriptor, support, gram, familiar, np.append(left_out, rest)[material.rows.smooth])


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
    calibration = Line(float(usual.mean() + REJECTED_FROM * usual.std()), float(1 / (0.6 * usual.std() + 1e-6)))
    supervised, log_odds = None, calibration.log_odds(combined(scores))
    if anomalous.any():
        weights = np.zeros(len(gram))
        weights[smooth], left_out = fit_ridge(gram[smooth][:, smooth], anomalous, material.row_groups[smooth])
        stacked = np.column_stack([left_out, scores])
        stack = fit_stack(stacked, anomalous)
        supervised, log_odds = Supervised(weights, stack), stack.log_odds(stacked)
    chances = 1 / (1 + np.exp(-np.clip(log_odds[rows.original[smooth]], -500, 500)))
    return Verdicts(calibration, supervised, chances)
