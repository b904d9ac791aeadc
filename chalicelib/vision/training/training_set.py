"""The training set: features of all images and of their changed copies, and which images are near-duplicates."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chalicelib.vision.arrays import THREADS, Grid, Known, Photo
from chalicelib.vision.augment import jittered, mirrorings, roughened
from chalicelib.vision.features.alignment import Motion
from chalicelib.vision.features.extractor import Extractor, Features, PlacedPhoto, fill_all
from chalicelib.vision.features.resizing import ResizedPhotos
from chalicelib.vision.progress import Progress
from chalicelib.vision.scoring.cell_bank import CellSamples, CellTraining
from chalicelib.vision.scoring.heads import HeadSamples
from chalicelib.vision.scoring.unusual_cells import UnusualTraining, fit_unusual
from chalicelib.vision.training.near_duplicates import group_near_duplicates

MOST_SAMPLES = 1550  # keep a model file at 14 MB and training short
PROCESS_SAMPLES = 600  # of normals and their copies, that the Gaussian process is fitted to
ORIGINAL, JITTERED, ROUGHENED, MIRRORED = range(4)  # what is done to the image of a sample


@dataclass(frozen=True)
class SamplePlan:
    """Which image each of m samples shows, and how it is changed; normals first, in each class the originals first."""

    image: NDArray[np.int64]  # (m,)
    change: NDArray[np.int64]  # (m,)
    way: NDArray[np.int64]  # (m,) in which it is mirrored, or 0
    anomalous: NDArray[np.bool_]  # (m,)

    @property
    def normals(self) -> int:
        """How many samples, from the first on, are normals and their copies."""
        return int((~self.anomalous).sum())

    @property
    def original(self) -> NDArray[np.bool_]:
        """(m,) whether the sample is an image as it came."""
        return np.asarray(self.change == ORIGINAL)

    @property
    def jittered(self) -> NDArray[np.bool_]:
        """(m,) whether the sample is a jittered copy that is not roughened."""
        return np.asarray(self.change == JITTERED)

    @property
    def smooth(self) -> NDArray[np.bool_]:
        """(m,) whether memory banks may learn from the sample: it is not mirrored, and no roughness hides defects."""
        return np.asarray(self.change < ROUGHENED)


@dataclass(frozen=True)
class TrainingSet:
    """What all parts of the detector are fitted to: n images, and m samples made of them."""

    plan: SamplePlan
    extractor: Extractor
    motions: list[Motion]  # of each image
    features: list[Features]  # of each sample, in half precision
    groups: NDArray[np.int64]  # (n,) the group of near-duplicates of each image

    @property
    def anomalous(self) -> NDArray[np.bool_]:
        """(n,) the label of each image."""
        return self.plan.anomalous[self.plan.original]

    @property
    def sample_groups(self) -> NDArray[np.int64]:
        """(m,) the group of each sample."""
        return self.groups[self.plan.image]

    @property
    def cells(self) -> list[Grid]:
        """The cells (h, w, C) of each sample."""
        return [features.cells for features in self.features]

    @property
    def textures(self) -> list[Grid]:
        """The texture (h, w, D) of each sample."""
        return [features.texture for features in self.features]

    @property
    def cell_samples(self) -> CellSamples:
        """The cells of the smooth samples."""
        smooth = np.flatnonzero(self.plan.smooth)
        return CellSamples(
            grids=[self.features[row].cells for row in smooth],
            known=np.stack([self.features[row].known for row in smooth]),
            groups=self.sample_groups[smooth],
            anomalous=self.plan.anomalous[smooth],
            original=self.plan.original[smooth],
        )

    def marked(self, masks: Sequence[Known | None], places: Sequence[Motion]) -> NDArray[np.float32]:
        """The share of each cell (s, h, w) of the smooth samples that a mask marks.

        From masks of the anomalies, or none, and where the n images lie in their photos. Copies have no marks.
        """
        smooth = np.flatnonzero(self.plan.smooth)
        shape = self.features[0].known.shape
        marked = np.zeros((len(smooth), *shape), np.float32)
        normals = len(self.motions) - len(masks)
        for row, sample in enumerate(smooth):
            image = int(self.plan.image[sample])
            mask = masks[image - normals] if self.plan.original[sample] and image >= normals and masks else None
            if mask is not None:
                motion = self.motions[image].within(places[image])
                marked[row] = self.extractor.to_cells(mask, motion, (shape[0], shape[1]))
        return marked

    def unusual(self, trained: CellTraining) -> UnusualTraining:
        """The most unusual cells of all samples, found by banks without their groups."""
        return fit_unusual(
            self.cells, [each.known for each in self.features], self._distances(trained), self.plan.anomalous
        )

    def _distances(self, trained: CellTraining) -> list[NDArray[np.float32]]:
        """Those of the smooth samples are known; the others' are computed."""
        known = dict(zip(np.flatnonzero(self.plan.smooth).tolist(), trained.distances, strict=True))

        def of_sample(row: int, group: int) -> NDArray[np.float32]:
            return known[row] if row in known else trained.without[group].distance(self.features[row].cells)

        groups = self.sample_groups.tolist()
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(of_sample, range(len(groups)), groups))

    @property
    def unmirrored(self) -> tuple[list[Grid], NDArray[np.int64]]:
        """The cells (h, w, C) and the groups of the samples that are as a camera may show them."""
        rows = np.flatnonzero(self.plan.way == 0)
        return [self.features[row].cells for row in rows], self.sample_groups[rows]

    @property
    def process_samples(self) -> NDArray[np.int64]:
        """(k,) the samples for the scores of the whole image."""
        return process_samples(self.plan, self.groups)

    @property
    def head_samples(self) -> HeadSamples:
        """The labels of all samples."""
        return HeadSamples(self.plan.anomalous, self.sample_groups, self.plan.smooth, self.plan.way > 0)


def build_training_set(
    images: ResizedPhotos, extractor: Extractor, rng: np.random.Generator, progress: Progress
) -> TrainingSet:
    """Make the copies, extract the features of all samples, and group the near-duplicates."""
    photos = images.photos
    plan = plan_samples(len(images.normals), len(photos) - len(images.normals), mirrorings(photos[0]))
    with ThreadPoolExecutor(THREADS) as pool:
        motions = list(progress(pool.map(extractor.motion, photos), "alignment", len(photos)))
        samples = placed_photos(photos, motions, plan, extractor.repainted, rng)
        features = list(progress(pool.map(extractor.extract_placed, samples), "features", len(plan.image)))
    if extractor.fills:
        filling, features = fill_all(features, plan.way, ~plan.anomalous)
        extractor = replace(extractor, filling=filling)
    grids = [each.cells for each in features]
    groups = group_near_duplicates(grids, plan.image, plan.original, plan.jittered, len(images.normals))
    return TrainingSet(plan, extractor, motions, features, groups)


def plan_samples(normals: int, anomalies: int, ways_to_mirror: int) -> SamplePlan:
    """The images, a jittered copy of each, a rough one of each normal, and each mirrored in all ways.

    As many of them as there is room for, in this order; of the ways to mirror, every image gets others first.
    Without anomalies there is less to learn, and less room.
    """
    most = MOST_SAMPLES if anomalies else min(MOST_SAMPLES, max(PROCESS_SAMPLES, 3 * normals))
    images = np.arange(normals + anomalies)
    straight = np.zeros(len(images), np.int64)
    passes = [(images, ORIGINAL, straight), (images, JITTERED, straight), (images[:normals], ROUGHENED, straight)]
    for ways in (np.arange(1, 4), np.arange(4, ways_to_mirror + 1)):
        passes += [(images, MIRRORED, ways[(images + turn) % len(ways)]) for turn in range(len(ways))]
    samples = np.zeros((0, 3), np.int64)
    for among, change, way in passes:
        room = min(len(among), most - len(samples))
        chosen = np.linspace(0, len(among) - 1, room).astype(int)
        samples = np.concatenate([samples, np.column_stack([among[chosen], np.full(room, change), way[chosen]])])
    image, changes, mirrored = samples[np.argsort(samples[:, 0] >= normals, kind="stable")].T
    return SamplePlan(image, changes, mirrored, image >= normals)


def placed_photos(
    photos: Sequence[Photo],
    motions: Sequence[Motion],
    plan: SamplePlan,
    repainted: Callable[[Photo, Photo], Photo],
    rng: np.random.Generator,
) -> Iterator[PlacedPhoto]:
    """The photo of each sample, in order. The part of a jittered photo is no longer where the image has it."""
    for image, change, way in zip(plan.image.tolist(), plan.change.tolist(), plan.way.tolist(), strict=True):
        if change in (ORIGINAL, MIRRORED):
            yield PlacedPhoto(photos[image], motions[image], way)
            continue
        photo = jittered(photos[image], rng)
        yield PlacedPhoto(repainted(photo, roughened(photo, rng)) if change == ROUGHENED else photo, None, way)


def process_samples(plan: SamplePlan, groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """The normals for the scores of the whole image: at most 600 samples, the originals first, then their copies.

    Of many normals, groups of near-duplicates (n,) are drawn whole, so that no image is compared with a near-duplicate.
    """
    normals = plan.image[plan.original & ~plan.anomalous]
    most = PROCESS_SAMPLES // 3  # an original, a jittered and a roughened sample of each
    drawn = np.unique(groups[normals])
    if len(normals) > most:
        drawn = drawn[np.linspace(0, len(drawn) - 1, int(len(drawn) * most / len(normals))).astype(int)]
    return np.flatnonzero(~plan.anomalous & np.isin(groups[plan.image], drawn))[:PROCESS_SAMPLES]
