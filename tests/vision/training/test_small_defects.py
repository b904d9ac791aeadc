"""A scratch of 3 px is found on images of 1,000 x 1,000 px."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from chalicelib.vision.arrays import Photo
from chalicelib.vision.training.train import TrainOptions, train

pytestmark = pytest.mark.training


def plate(seed: int, scratched: bool = False) -> Photo:
    """A plate with a bore under a noisy camera; with a faint scratch of 3 px, anywhere and at any angle."""
    rng = np.random.default_rng(seed)
    image = Image.new("L", (1000, 1000), 150)
    draw = ImageDraw.Draw(image)
    draw.rectangle((150, 150, 850, 850), fill=110)
    draw.ellipse((420, 420, 580, 580), fill=60)
    if scratched:
        start, turn = rng.uniform(260, 700, 2), rng.uniform(0, np.pi)
        end = start + 110 * np.array([np.cos(turn), np.sin(turn)])
        draw.line((*start, *end), fill=130, width=3)
    noisy = np.asarray(image, np.float32) + rng.normal(0, 5, (1000, 1000))
    return np.repeat(np.clip(noisy, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def test_a_scratch_of_three_px_ranks_above_every_good_plate() -> None:
    detector = train([plate(seed) for seed in range(12)], [], TrainOptions()).detector
    good = [detector.inspect(plate(seed)).anomaly_score for seed in range(100, 105)]
    scratched = [detector.inspect(plate(seed, scratched=True)).anomaly_score for seed in range(200, 206)]
    assert min(scratched) > max(good) + 1
