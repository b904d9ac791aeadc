"""Drifts of real cameras: images that become darker, blurred, moved, or of another product from a known hour on."""

import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from statistics import median

import numpy as np
import pytest
from PIL import Image, ImageFilter

from chalicelib.drift.domain import HourLevel, Hours, Kind, end_of
from chalicelib.drift.find import find_drifts
from chalicelib.vision.appearance import Appearance, appearance
from chalicelib.vision.arrays import Photo
from chalicelib.vision.augment import shifted
from tests.drift.plants import FIRST, ZONE, cameras, last_day

pytestmark = pytest.mark.skipif("DATA" not in os.environ, reason="DATA names no folder of real sets")

SETS = ("casting", "screw", "transistor", "cookies")
IMAGES = 30
AN_HOUR = 60
"""Images."""
CHANGED = 20 * 24 + 10
DAYS = 24

CHANGES: dict[Kind, Callable[[Photo], Photo]] = {
    Kind.LIGHT: lambda photo: (photo * 0.8).astype(np.uint8),
    Kind.FOCUS: lambda photo: np.asarray(Image.fromarray(photo).filter(ImageFilter.GaussianBlur(1))),
    Kind.MOVED: lambda photo: shifted(photo, 0, photo.shape[1] // 25),
}


@cache
def photos(name: str) -> Sequence[Photo]:
    files = sorted((Path(os.environ["DATA"]) / name / "train" / "normal").iterdir())[:IMAGES]
    return [np.asarray(Image.open(file).convert("RGB")) for file in files]


def a_camera(before: Sequence[Appearance], after: Sequence[Appearance], chance: Random) -> dict[int, HourLevel]:
    """From 6 to 22 UTC each hour has the median of images drawn by chance; after `CHANGED` they are the other ones."""
    hours = {}
    for hour in (at for at in range(24 * DAYS) if 6 <= at % 24 < 22):
        drawn = chance.choices(after if hour >= CHANGED else before, k=AN_HOUR)
        medians = (*(median(values) for values in zip(*drawn, strict=True)), None, None)
        hours[int((FIRST + timedelta(hours=hour)).timestamp()) * 1_000_000] = HourLevel(AN_HOUR, "1", medians)
    return hours


FOUND = [(name, kind) for name in SETS for kind in (*CHANGES, Kind.APPEARANCE)]
FOUND.remove(("screw", Kind.MOVED))  # screws lie at any angle: where their edges are says little


@pytest.mark.parametrize(("name", "kind"), FOUND)
def test_a_change_is_found_the_night_after_it_with_its_kind_and_hour(name: str, kind: Kind) -> None:
    usual = [appearance(photo) for photo in photos(name)]
    other = photos(SETS[SETS.index(name) - 1])
    after = [appearance(CHANGES[kind](photo) if kind in CHANGES else photo) for photo in
             (photos(name) if kind in CHANGES else other)]  # fmt: skip
    plant: Hours = {camera: a_camera(usual, usual, Random(number)) for number, camera in enumerate(cameras(9))}
    plant = {**plant, ("plates", "line-9", "cam-9"): a_camera(usual, after, Random(9))}
    began = FIRST + timedelta(hours=CHANGED)
    nights = (last_day(days) for days in range(18, DAYS + 1))
    night, found = next((night, found) for night in nights if (found := find_drifts(plant, night, ZONE, ())))
    delay = end_of(night, ZONE) + timedelta(hours=5) - began
    [drift] = found
    print(f"{name}, {kind}: found as {drift.kind} after {delay}, {drift.since - began} from its hour")
    assert (drift.camera, drift.kind) == ("cam-9", kind)
    assert abs(drift.since - began) <= timedelta(hours=3)
    assert delay <= timedelta(days=2)
