"""What is done about where parts lie: brought upright, aligned, or neither; and what of them is inspected."""

from collections.abc import Sequence

import numpy as np

from chalicelib.vision.arrays import Known, Photo
from chalicelib.vision.features.alignment import fit_alignment
from chalicelib.vision.features.extractor import Extractor
from chalicelib.vision.features.filters import CELL
from chalicelib.vision.features.region import fit_region
from chalicelib.vision.features.resizing import ResizedPhotos
from chalicelib.vision.features.upright import fit_upright, frame_all
from chalicelib.vision.progress import Progress


def fit_placing(
    photos: Sequence[Sequence[Photo]],
    images: ResizedPhotos,
    inspected: Known | None,
    side: int,
    rng: np.random.Generator,
    progress: Progress,
) -> tuple[ResizedPhotos, Extractor]:
    """The images as they are learned from, and an extractor without a backbone that places others in the same way.

    `photos` are the normals and the anomalies of `images` as they came; they are read again only if parts are brought
    upright. `inspected` is a mask (h, w) of a whole photo, `side` the size that was wanted.
    """
    cells = images.size[0] // CELL, images.size[1] // CELL
    region = None if inspected is None else fit_region(inspected, cells, images.normals)
    upright = fit_upright(images.normals, images.commonest_shape, region, side, rng.spawn(1)[0])
    if upright:
        images, region = frame_all(upright, photos, images, progress), None
    return images, Extractor(upright, fit_alignment(images.normals, rng, region), None, region, None)
