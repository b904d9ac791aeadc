"""A scratch of 3 px is found on images of 1,000 x 1,000 px."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from chalicelib.vision.arrays import Photo
from chalicelib.vision.explain import enlarged
from chalicelib.vision.metrics import pixel_scores
from chalicelib.vision.training.train import TrainOptions, train

pytestmark = pytest.mark.training


def plate(seed: int, scratched: bool = False) -> tuple[Photo, NDArray[np.bool_]]:
    """A plate with a bore under a noisy camera; with a faint scratch of 3 px, anywhere and at any angle; its mask."""
    rng = np.random.default_rng(seed)
    image, mask = Image.new("L", (1000, 1000), 150), Image.new("1", (1000, 1000))
    draw = ImageDraw.Draw(image)
    draw.rectangle((150, 150, 850, 850), fill=110)
    draw.ellipse((420, 420, 580, 580), fill=60)
    if scratched:
        start, turn = rng.uniform(260, 700, 2), rng.uniform(0, np.pi)
        end = start + 110 * np.array([np.cos(turn), np.sin(turn)])
        draw.line((*start, *end), fill=130, width=3)
        ImageDraw.Draw(mask).line((*start, *end), fill=1, width=3)
    noisy = np.asarray(image, np.float32) + rng.normal(0, 5, (1000, 1000))
    return np.repeat(np.clip(noisy, 0, 255).astype(np.uint8)[..., None], 3, axis=2), np.asarray(mask)


def test_a_scratch_of_three_px_ranks_above_every_good_plate_and_is_where_the_map_is_high() -> None:
    detector = train([plate(seed)[0] for seed in range(12)], [], TrainOptions()).detector
    good, scratched = (
        [plate(seed) for seed in range(100, 105)],
        [plate(seed, scratched=True) for seed in range(200, 206)],
    )
    found = [detector.inspect(photo) for photo, _ in good + scratched]
    scores = [each.anomaly_score for each in found]
    assert min(scores[5:]) > max(scores[:5]) + 1
    masks = [mask for _, mask in good + scratched]
    ranked, _ = pixel_scores([enlarged(each.anomaly_map, (1000, 1000)) for each in found], masks)
    assert ranked is not None
    assert ranked >= 0.97
