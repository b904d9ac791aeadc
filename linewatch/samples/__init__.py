"""Draw sample images: a machined part on a conveyor, without or with one of several defects."""

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
    """The number of images in a split."""

    normal: int
    anomaly: int


def draw(seed: int, split: str, index: int, *, anomalous: bool) -> tuple[NDArray[np.uint8], Mask | None]:
    """One image (H, W, 3) RGB and the mask (H, W) of its defect, None for a normal one.

    The same arguments always give the same image. Every image has its own random numbers, so drawing more images does
    not change the others. The kinds of defect alternate.
    """
    rng = np.random.default_rng([seed, SPLITS.index(split), int(anomalous), index])
    if not anomalous:
        return photograph(machined(rng), rng), None
    surface, mask = DEFECTS[kind_of(index)](rng)
    return photograph(surface, rng), mask


def kind_of(index: int) -> str:
    """The kind of defect of the anomalous image with this index."""
    return list(DEFECTS)[index % len(DEFECTS)]


def write(folder: Path, counts: dict[str, Counts], seed: int, drawn: Callable[[Path], None]) -> None:
    """Write `folder/{train,test}/{normal,anomaly}/*.jpg` and `folder/masks/{train,test}/*.png` (white = defect).

    `drawn` is called with each image's path. FileExistsError when the folder already has a split: in mixed sets,
    test images could also be training images.
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
        mask_path = folder / "masks" / split / f"{stem}.png"
        mask_path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(mask).save(mask_path)
    return path
