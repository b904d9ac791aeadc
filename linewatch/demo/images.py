"""The images that the demonstration trains on and sends."""

import shutil
from pathlib import Path

from chalicelib.models.dataset import images
from linewatch.commands.samples import draw_with_progress
from linewatch.samples import Counts

TRAINING = Counts(normal=60, anomaly=21)
UNSEEN = 60
ANOMALOUS_SHARE = 0.35
SEED = 1
LABELS = ("normal", "anomaly")


class NoImages(Exception):
    """The folder does not hold what the demonstration needs; the message says what that is."""


def samples(folder: Path, unseen: int, training: Counts = TRAINING) -> Path:
    """Drawn images with so many unseen ones, in a subfolder; drawn once and kept."""
    anomalous = round(unseen * ANOMALOUS_SHARE)
    counts = {"train": training, "test": Counts(unseen - anomalous, anomalous)}
    drawn = folder / f"{unseen}-unseen"
    if not drawn.exists():
        beginning = folder / f"{unseen}-unseen.part"  # renamed when whole, so that an interrupted run leaves no half
        shutil.rmtree(beginning, ignore_errors=True)
        draw_with_progress(beginning, counts, SEED)
        beginning.rename(drawn)
    return drawn


def unseen_in(folder: Path, most: int | None) -> dict[str, list[Path]]:
    """The test images by label; with `most`, that many of them, in the proportion and spread of all.

    `NoImages` when there are none, or none to train on.
    """
    for needed in (folder / "train" / "normal", folder / "test"):
        if not images(needed):
            raise NoImages(
                f"{needed} holds no .jpg, .jpeg or .png: give a folder with train/ and test/, each with "
                "normal/ and anomaly/"
            )
    found = {label: images(folder / "test" / label) for label in LABELS}
    total = sum(map(len, found.values()))
    share = 1.0 if most is None else min(1.0, most / max(total, 1))
    return {label: _spread(files, round(len(files) * share)) for label, files in found.items()}


def staged(files: dict[str, list[Path]], folder: Path) -> Path:
    """A folder with a link to each of the files: what the camera is pointed at. `label_of` tells their labels.

    They are numbered so that good and bad parts come mixed evenly, as on a line.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mixed = sorted(
        (index / len(paths), label, path) for label, paths in files.items() for index, path in enumerate(paths)
    )
    for number, (_, label, path) in enumerate(mixed):
        (folder / f"{number:05d}-{label}-{path.name}").symlink_to(path.resolve())
    return folder


def label_of(file: str) -> str:
    """The label of an image by the name that it was staged under."""
    return file.split("-", 2)[1]


def _spread(files: tuple[Path, ...], count: int) -> list[Path]:
    """`count` of the files, at even distances."""
    return [files[index * len(files) // count] for index in range(count)]
