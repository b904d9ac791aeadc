"""What the numbers of a camera's view say, and what each of them leaves alone."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from chalicelib.vision.appearance import Appearance, appearance
from chalicelib.vision.arrays import Photo
from chalicelib.vision.augment import shifted
from tests.vision.drawn import part

type Change = Callable[[Photo], Photo]


def darker(photo: Photo) -> Photo:
    return (photo * 0.7).astype(np.uint8)


def blurred(photo: Photo) -> Photo:
    return np.asarray(Image.fromarray(photo).filter(ImageFilter.GaussianBlur(1.5)))


def moved(photo: Photo) -> Photo:
    return shifted(photo, 0, photo.shape[1] // 20)


def medians(photos: list[Photo], change: Change = lambda photo: photo) -> Appearance:
    return Appearance(*np.median([appearance(change(photo)) for photo in photos], axis=0))


def check(photos: list[Photo]) -> None:
    """Each change is seen by its own number, and by no other."""
    before, dark, blur, move = (medians(photos, each) for each in (lambda photo: photo, darker, blurred, moved))
    assert dark.brightness == pytest.approx(0.7 * before.brightness, rel=0.03)
    assert dark.sharpness == pytest.approx(before.sharpness, rel=0.05)
    assert blur.sharpness < 0.85 * before.sharpness
    assert blur.brightness == pytest.approx(before.brightness, rel=0.03)
    assert move.centre_x - before.centre_x > 0.015
    assert move.brightness == pytest.approx(before.brightness, rel=0.05)
    for other in (dark, blur):
        assert (other.centre_x, other.centre_y) == pytest.approx((before.centre_x, before.centre_y), abs=0.02)


def test_light_focus_and_place_are_distinguished_on_drawn_parts() -> None:
    check([part(number) for number in range(12)])


@pytest.mark.skipif("DATA" not in os.environ, reason="DATA names no folder of real sets")
@pytest.mark.parametrize("name", ["casting", "screw", "cookies"])
def test_light_focus_and_place_are_distinguished_on_real_parts(name: str) -> None:
    files = sorted((Path(os.environ["DATA"]) / name / "test" / "normal").iterdir())[:20]
    check([np.asarray(Image.open(file).convert("RGB")) for file in files])


@pytest.mark.parametrize("shape", [(16, 16), (16, 400), (400, 16), (17, 33)])
def test_a_photo_of_one_grey_has_no_sharpness_and_its_centre_in_the_middle(shape: tuple[int, int]) -> None:
    assert appearance(np.full((*shape, 3), 77, np.uint8)) == Appearance(77, 0, 0.5, 0.5)
