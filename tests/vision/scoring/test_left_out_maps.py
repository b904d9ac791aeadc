"""A map of a training image says how unusual it is among the others: its near-duplicates do not vouch for it."""

import numpy as np

from chalicelib.vision.progress import silent
from chalicelib.vision.scoring.memory_bank import GridSamples, GridTraining, fit_grid

IMAGES, CELLS, CHANNELS = 8, 6, 5


def fitted(groups: list[int]) -> GridTraining:
    """Random images, of which the second is a copy of the first."""
    rng = np.random.default_rng(0)
    grids = [rng.normal(size=(CELLS, CELLS, CHANNELS)).astype(np.float32) for _ in range(IMAGES)]
    grids[1] = grids[0].copy()
    samples = GridSamples(
        grids=grids,
        known=np.ones((IMAGES, CELLS, CELLS), np.bool_),
        groups=np.array(groups),
        anomalous=np.zeros(IMAGES, np.bool_),
        original=np.ones(IMAGES, np.bool_),
    )
    return fit_grid(samples, np.arange(IMAGES), 0, "test", silent)


def test_an_image_is_compared_with_none_of_its_group() -> None:
    alone = np.array([each.mean() for each in fitted(list(range(IMAGES))).maps])
    together = np.array([each.mean() for each in fitted([0, 0, *range(1, IMAGES - 1)]).maps])
    assert max(alone[:2]) < min(alone[2:]) - 1  # each finds its copy, so that both look more usual than any other
    assert abs(together[:2].mean() - together[2:].mean()) < 1
