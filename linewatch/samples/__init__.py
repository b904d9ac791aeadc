"""Sample images, drawn: a machined part, seen by a camera over a conveyor, whole or with one of several defects."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from linewatch.samples.defects import DEFECTS, Mask
from linewatch.samples.part import machined
from linewatch.samples.photograph import photograph

JPEG_QUALITY = 92
SPLITS = ("train", "test")


@dataclass(frozen=True)
class Counts:
    """How many images a split gets."""

    normal: int
    anomaly: int


def draw(seed: int, split: str, index: int, *, anomalous: bool) -> tuple[NDArray[np.uint8], Mask | None]:
    """One image (H, W, 3) RGB and the mask (H, W) of its defect, None when it is whole.

    The same arguments always make the same image, and every image has its own random numbers: drawing more of them
    changes none of those before. The kinds of defect take turns.
    """
    rng = np.random.default_rng([seed, SPLITS.index(split), int(anomalous), index])
    if not anomalous:
        return photograph(machined(rng), rng), None
    surface, mask = DEFECTS[kind_of(index)](rng)
    return photograph(surface, rng), mask


def kind_of(index: int) -> str:
    """The kind of defect that the anomalous image with this index has."""
    return list(DEFECTS)[index % len(DEFECTS)]


def write(folder: Path, counts: dict[str, Counts], seed: int, drawn: Callable[[Path], None]) -> None:
    """Write `folder/{train,test}/{normal,anomaly}/*.jpg` and `folder/masks/{train,test}/*.png` (white = defect).

    `drawn` is called with each image's path. FileExistsError when the folder holds a split already: mixed sets
    would train on what they are tested with.
    """
    for split in counts:
        if (folder / split).exists():
            raise FileExistsError(f"{folder / split} exists already; name a new folder or delete it first")
    for split, count in counts.items():
        for anomalous, images in ((False, count.normal), (True, count.anomaly)):
            for index in range(images):
                drawn(_write_one(folder, seed, split, index, anomalous=anomalous))


def _write_one(folder: Path, seed: int, split: str, index: int, *, anomalous: bool) -> Path:
    pixels, mask = draw(seed, split, index, anomalous=anomalous)
    label = "anomaly" if anomalous else "normal"
    stem = f"{label}-{index:04d}" + (f"-{kind_of(index)}" if anomalous else "")
    path = folder / split / label / f"{stem}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, quality=JPEG_QUALITY)
    if mask is not None:
        beside = folder / "masks" / split / f"{stem}.png"
        beside.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(mask).save(beside)
    return path
