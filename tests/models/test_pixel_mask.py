"""A model marks what is unusual in an image that does not pass, and nothing in one that does."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from chalicelib.core.inspection import Verdict
from chalicelib.models.registry import VisionModel
from chalicelib.vision.model_file import load
from tests.pipeline.photographs import artifact, png

COLOUR = (0xD6, 0x27, 0x28)


@pytest.fixture(scope="module")
def model() -> VisionModel:
    return VisionModel(load(artifact()), "1")


def test_the_defect_is_marked(model: VisionModel) -> None:
    prediction = model.predict(png(99, damaged=True), "#d62728")
    assert prediction.verdict is not Verdict.NORMAL
    assert prediction.mask is not None
    with Image.open(BytesIO(prediction.mask.picture)) as picture:
        pixels = np.asarray(picture)
    assert pixels.shape == (64, 64, 3)
    assert tuple(pixels[26, 26]) == COLOUR
    assert prediction.mask.area == pytest.approx((pixels == COLOUR).all(axis=2).mean())


def test_nothing_is_marked_in_a_good_image(model: VisionModel) -> None:
    prediction = model.predict(png(98), "#d62728")
    assert prediction.verdict is Verdict.NORMAL
    assert prediction.mask is not None
    assert prediction.mask.area == 0
    with Image.open(BytesIO(prediction.mask.picture)) as picture:
        assert (np.asarray(picture) == 255).all()


def test_without_a_colour_there_is_no_mask(model: VisionModel) -> None:
    assert model.predict(png(98)).mask is None
