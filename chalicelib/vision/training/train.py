"""Training: photos of normals, and of anomalies if there are any, in; a detector out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from PIL import __version__ as pillow_version

from chalicelib.vision.arrays import Known, Photo
from chalicelib.vision.augment import shifted
from chalicelib.vision.detector import REFERENCE_VALUES, Detector
from chalicelib.vision.features.alignment import Motion
from chalicelib.vision.features.backbone import BackboneOptions, fit_backbone
from chalicelib.vision.features.resizing import ResizedPhotos, resize_all
from chalicelib.vision.metrics import auroc
from chalicelib.vision.progress import Progress, silent
from chalicelib.vision.references import References, make_references
from chalicelib.vision.scoring.cell_bank import CellTraining, fit_cells
from chalicelib.vision.scoring.covariance import LEARNED_SHARE, SHARE, CovarianceTraining, fit_covariance
from chalicelib.vision.scoring.discriminant import DiscriminantTraining, fit_discriminant
from chalicelib.vision.scoring.familiarity import Familiarity, fit_familiarity
from chalicelib.vision.scoring.gaussian import GaussianTraining, fit_gaussian
from chalicelib.vision.scoring.gaussian_process import GaussianProcess, ProcessTraining, fit_process
from chalicelib.vision.scoring.heads import HeadTraining, fit_heads, whole_score
from chalicelib.vision.training.drawn_damage import DrawnDamage, try_damage
from chalicelib.vision.training.placing import fit_placing
from chalicelib.vision.training.training_set import TrainingSet, build_training_set

LEAST_NORMALS = 10
MOST_IMAGES = 800  # so that nearly each has a jittered copy
LEAST_ANOMALIES = 3  # fewer are not learned from
MOVED = 16  # th part of its sides that a reference image is moved, so that an alignment has something to do


class NotEnoughImages(ValueError):
    """The images given cannot train a detector; the message says how many of which are missing."""


class TooManyImages(ValueError):
    """More images than training has memory for; a sample of them does as well."""


@dataclass(frozen=True)
class TrainOptions:
    """What a person may choose about training."""

    size: int = 256  # px: the square root of the area that images are brought to
    seed: int = 0
    backbone: BackboneOptions | None = None  # the filters without one
    strict_size: bool = False  # refuse images of different sizes, at inspection too
    region: Known | None = None  # (h, w) what of a whole photo is inspected; all without one


@dataclass(frozen=True)
class Training:
    """A trained detector, and what training learned about the data. Images count normals first, then anomalies."""

    detector: Detector
    left_out: NDArray[np.float64]  # (n,) anomaly_probability of each image, itself and its near-duplicates left out
    left_out_maps: NDArray[np.float32]  # (n, h, w) anomaly_map of each, likewise
    groups: NDArray[np.int64]  # (n,) the same number for near-duplicates
    other_sizes: tuple[int, ...]  # images that are not of the commonest size
    drawn_damage: DrawnDamage | None  # how well damage drawn on normals is found; None with anomalies to learn from


def train(
    normal: Sequence[Photo],
    anomaly: Sequence[Photo],
    options: TrainOptions | None = None,
    progress: Progress = silent,
    masks: Sequence[Known | None] = (),
) -> Training:
    """Train on photos (H, W, 3) uint8 of any sizes. Two are taken from their sequences at a time.

    Fewer than 3 anomalies are not learned from. `masks` (H, W) of the anomalies, in their order, are true on defects
    and teach the map; None stands for an anomaly without one. Raises `NotEnoughImages` for fewer than 10 normals,
    `TooManyImages` for more than 800 images, `WrongSizes`, and `BackboneError`.
    """
    options = options or TrainOptions()
    check_counts(len(normal), len(anomaly))
    rng = np.random.default_rng(options.seed)
    learned = anomaly if len(anomaly) >= LEAST_ANOMALIES else ()
    images = resize_all(normal, learned, options.size, progress)
    if options.strict_size:
        images.check_one_size()
    images, extractor = fit_placing((normal, learned), images, options.region, options.size, rng, progress)
    backbone = fit_backbone(options.backbone, images.normals, options.seed) if options.backbone else None
    data = build_training_set(images, replace(extractor, backbone=backbone), rng, progress)
    samples = data.cell_samples
    cells = fit_cells(samples, rng, progress)
    taught = fit_discriminant(samples, data.marked(masks if learned else (), images.places), cells.maps)
    covariance = fit_covariance(data.textures, data.plan.normals, LEARNED_SHARE if learned else SHARE)
    process = fit_process(covariance.kernel, data.sample_groups, data.process_samples)
    gaussian = None if learned else fit_gaussian(data.cells, data.sample_groups, data.process_samples)
    whole = whole_score(process.scores, gaussian.scores) if gaussian else process.scores
    scores = np.column_stack([cells.scores, whole[data.plan.smooth]])
    apart = np.random.default_rng(options.seed)
    damage = None if learned else try_damage(images.normals, data, cells, scores, apart, progress)
    shown_by = data.unusual(cells) if damage is None else damage.cautious
    heads = fit_heads(data.head_samples, scores, covariance.kernel, shown_by)
    painted, apart = [extractor.painted(photo) for photo in images.photos], np.random.default_rng(options.seed)
    familiarity = fit_familiarity(painted, data.groups, data.unmirrored, data.extractor, apart)
    parts = FittedParts(familiarity, cells, taught, covariance, process, gaussian, heads)
    left_out = heads.left_out[data.plan.original[data.plan.smooth]]
    left_out_auroc = auroc(left_out, data.anomalous)
    metadata = described(images, data.anomalous, options, left_out_auroc)
    detector = assembled(parts, images, data, left_out, metadata, options.strict_size)
    detector = with_references(detector, images)
    motions = map(Motion.within, data.motions, images.places)
    shown = [parts.maps[row] for row in np.flatnonzero(samples.original)]
    maps = np.stack([data.extractor.to_photo(*each) for each in zip(shown, motions, strict=True)])
    return Training(detector, left_out, maps, data.groups, images.other_sizes, damage)


def check_counts(normals: int, anomalies: int) -> None:
    """Raise `NotEnoughImages` or `TooManyImages`."""
    if normals < LEAST_NORMALS:
        raise NotEnoughImages(f"training needs at least {LEAST_NORMALS} normal images, but there are {normals}")
    if normals + anomalies > MOST_IMAGES:
        raise TooManyImages(f"training takes at most {MOST_IMAGES} images, not {normals + anomalies}: draw some")


@dataclass(frozen=True)
class FittedParts:
    """All that was fitted to a training set."""

    familiarity: Familiarity
    cells: CellTraining
    taught: DiscriminantTraining | None
    covariance: CovarianceTraining
    process: ProcessTraining
    gaussian: GaussianTraining | None
    heads: HeadTraining

    @property
    def maps(self) -> list[NDArray[np.float32]]:
        """What is shown of each sample, its group left out: (h, w) each."""
        return self.taught.maps if self.taught else self.cells.maps

    def mask_level(self, normal: NDArray[np.bool_]) -> float:
        """The deviation that the maps of 3 of 4 of the normal samples, (s,), stay below."""
        return float(np.quantile([self.maps[row].max() for row in np.flatnonzero(normal)], 0.75))

    @property
    def support(self) -> tuple[NDArray[np.int8], GaussianProcess]:
        """The vectors that a detector keeps, and the process on them; the process needs only its own."""
        support, process = self.covariance.support, self.process.process
        if self.heads.supervised:
            return support, process
        return support[process.rows], replace(process, rows=np.arange(len(process.rows)))


def assembled(
    parts: FittedParts,
    images: ResizedPhotos,
    data: TrainingSet,
    left_out: NDArray[np.float64],
    metadata: dict[str, str],
    strict_size: bool,
) -> Detector:
    """The detector of the fitted parts, with the left-out probabilities (n,) of the images."""
    support, process = parts.support
    normals = len(images.normals)
    return Detector(
        image_size=images.size,
        trained_on=images.commonest_shape,
        strict_size=strict_size,
        extractor=data.extractor,
        familiarity=parts.familiarity,
        bank=parts.cells.bank,
        discriminant=parts.taught.discriminant if parts.taught else None,
        descriptor=parts.covariance.descriptor,
        support=support,
        process=process,
        gaussian=parts.gaussian.gaussian if parts.gaussian else None,
        calibration=parts.heads.calibration,
        supervised=parts.heads.supervised,
        threshold=0.5,
        mask_level=parts.mask_level(~data.cell_samples.anomalous),
        left_out_normal=left_out[:normals],
        left_out_anomaly=left_out[normals:],
        metadata=metadata,
        references=References(np.zeros(0, np.uint8), np.zeros(0, np.int64), np.zeros((0, len(REFERENCE_VALUES)))),
    )


def with_references(detector: Detector, images: ResizedPhotos) -> Detector:
    """The same detector with reference images: a normal, one that is moved, an anomaly or else a normal's negative."""
    normals = images.normals
    anomalies = images.photos[len(normals) :]
    odd = anomalies[len(anomalies) // 2] if anomalies else 255 - normals[0]
    height, width = images.size
    aside = shifted(normals[len(normals) // 2], height // MOVED, width // MOVED)
    return replace(detector, references=make_references([normals[0], aside, odd], detector.reference_values))


def described(
    images: ResizedPhotos, anomalous: NDArray[np.bool_], options: TrainOptions, left_out_auroc: float | None
) -> dict[str, str]:
    """How a model was made: numbers of images and their digest, settings, left-out ranking, library versions."""
    digest = sha256()
    for photo, label in zip(images.photos, anomalous, strict=True):
        digest.update(bytes([int(label)]) + photo.tobytes())
    return {
        "normal": str(int((~anomalous).sum())),
        "anomaly": str(int(anomalous.sum())),
        "images_sha256": digest.hexdigest(),
        "size": str(options.size),
        "seed": str(options.seed),
        "features": options.backbone.name if options.backbone else "filters",
        "weights": options.backbone.origin if options.backbone else "",
        "left_out_auroc": str(left_out_auroc),
        "numpy": np.__version__,
        "pillow": pillow_version,
    }
