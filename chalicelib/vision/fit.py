"""Training: photos of normals, and of anomalies where there are any, in; a detector out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from PIL import __version__ as pillow_version

from chalicelib.vision.alignment import fit_alignment
from chalicelib.vision.arrays import Photo
from chalicelib.vision.backbone import Backbone, fit_backbone
from chalicelib.vision.detector import Detector
from chalicelib.vision.intake import Intake, Progress, Shape, other_sizes, take_in
from chalicelib.vision.jitter import mirrorings
from chalicelib.vision.metrics import auroc
from chalicelib.vision.normal import BANK
from chalicelib.vision.parts import Material, Verdicts, fit_map, fit_verdicts, fit_whole
from chalicelib.vision.rows import MOST_ROWS, Rows, grouped, in_step, rows_of
from chalicelib.vision.view import View, Viewer, fit_filling

LEAST_NORMALS = 10
MOST_IMAGES = MOST_ROWS // 2  # so that each has at least a jittered copy
LEAST_ANOMALIES = 3  # fewer are not learned from
SCALED_BY = 20  # normals whose size of features scales a backbone's channels


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
    for more than 800 images, and `WrongSizes`.
    """
    options = options or FitOptions()
    _refuse(len(normal), len(anomaly))
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
        viewer=material.viewer,
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
        metadata=described_run(material, intake, options, verdicts),
    )
    maps = placed(coarse.maps, material)
    return Training(detector, verdicts.left_out, maps, material.groups, tuple(others))


def _refuse(normals: int, anomalies: int) -> None:
    if normals < LEAST_NORMALS:
        raise NotEnoughImages(f"training needs at least {LEAST_NORMALS} normal images, but there are {normals}")
    if normals + anomalies > MOST_IMAGES:
        raise TooManyImages(f"training takes at most {MOST_IMAGES} images, not {normals + anomalies}: draw some")


def described_run(material: Material, intake: Intake, options: FitOptions, verdicts: Verdicts) -> dict[str, str]:
    """What a model file tells of its making: images and their digest, settings, left-out ranking, library versions."""
    anomalous = material.rows.anomalous[material.rows.original]
    digest = sha256()
    for photo, label in zip(intake.photos, anomalous, strict=True):
        digest.update(bytes([int(label)]) + photo.tobytes())
    return {
        "normal": str(int((~anomalous).sum())),
        "anomaly": str(int(anomalous.sum())),
        "images_sha256": digest.hexdigest(),
        "size": str(options.size),
        "seed": str(options.seed),
        "features": "onnx" if options.backbone else "filters",
        "left_out_auroc": str(auroc(verdicts.left_out, anomalous)),
        "numpy": np.__version__,
        "pillow": pillow_version,
    }


def placed(maps: Sequence[NDArray[np.float32]], material: Material) -> NDArray[np.float32]:
    """Maps (h, w) of aligned photos, as `Finding` has them: each where its own photo has the parts. (n, h, w)."""
    return np.stack([material.viewer.returned(*each) for each in zip(maps, material.motions, strict=True)])


def prepared(
    intake: Intake, normals: int, options: FitOptions, rng: np.random.Generator, progress: Progress
) -> Material:
    """Features of all images and their copies, and the groups of near-duplicates."""
    rows = rows_of(normals, len(intake.photos) - normals, mirrorings(intake.photos[0]))
    viewer = Viewer(fit_alignment(intake.photos[:normals], rng), _backbone(options, intake.photos[:normals]), None)

    motions = in_step(viewer.motion, intake.photos, len(intake.photos), "alignment", progress)

    def seen(row: tuple[Photo, int | None, int]) -> View:
        photo, image, way = row
        return viewer.view(photo, viewer.motion(photo) if image is None else motions[image], way).in_half_precision()

    views = in_step(seen, rows.photos(intake.photos, rng), len(rows.image), "features", progress)
    if viewer.alignment:
        viewer, views = filled(viewer, views, rows)
    groups = grouped([view.grids[1] for view in views], rows)
    return Material(rows, viewer, motions, views, groups)


def filled(viewer: Viewer, views: list[View], rows: Rows) -> tuple[Viewer, list[View]]:
    """The viewer and the views of normals and others, with the cells filled that do not show the photo."""
    ways = rows.way
    fillings = {
        way: fit_filling([views[row] for row in np.flatnonzero((ways == way) & ~rows.anomalous)])
        for way in set(ways[~rows.anomalous].tolist())
    }
    done = [view.filled(fillings.get(way, fillings[0])) for view, way in zip(views, ways.tolist(), strict=True)]
    return replace(viewer, filling=fillings[0]), done


def _backbone(options: FitOptions, normals: Sequence[Photo]) -> Backbone | None:
    if options.backbone is None:
        return None
    chosen = [normals[i] for i in np.linspace(0, len(normals) - 1, SCALED_BY).astype(int)]
    return fit_backbone(options.backbone.graph, options.backbone.preprocess, chosen, options.seed)
