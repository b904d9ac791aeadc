"""Very small photographs of a ribbed plate, good or damaged, and a model of them."""

from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chalicelib.vision.model_file import save
from chalicelib.vision.training.train import TrainOptions, train

SIDE = 64


def photograph(seed: int, *, damaged: bool = False) -> NDArray[np.uint8]:
    """(64, 64, 3) RGB."""
    rng = np.random.default_rng(seed)
    ribs = 120 + 60 * np.sin(np.arange(SIDE) / 7)
    photo = ribs[None, :, None] + rng.normal(0, 4, (SIDE, SIDE, 3))
    if damaged:
        photo[24:29, 24:29] = rng.uniform(0, 255, (5, 5, 3))
    return photo.clip(0, 255).astype(np.uint8)


def png(seed: int, *, damaged: bool = False) -> bytes:
    """A photograph as a file."""
    file = BytesIO()
    Image.fromarray(photograph(seed, damaged=damaged)).save(file, "png")
    return file.getvalue()


@cache
def artifact() -> bytes:
    """A real model, trained on twelve good plates."""
    return save(train([photograph(seed) for seed in range(12)], [], TrainOptions(size=SIDE)).detector)
