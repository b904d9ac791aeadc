"""The images that the demonstration trains on and sends."""

import shutil
from dataclasses import replace
from pathlib import Path

from chalicelib.core.clock import utc_now
from chalicelib.core.errors import LinewatchError
from chalicelib.models.dataset import Labelled
from chalicelib.models.layouts import image_set
from chalicelib.projects.domain import Counts, DatasetType
from chalicelib.projects.limits import missing_images
from linewatch.operate.datasets.example import Found
from linewatch.operate.datasets.layouts import examples_of

LABELS = ("normal", "anomaly")


class NoImages(LinewatchError):
    """The folder has no images for the demonstration. The message says what it must contain."""


def unseen_in(folder: Path, most: int | None) -> dict[str, list[Path]]:
    """The test images by label; at most `most` of them, evenly chosen and in the same proportion.

    Raises `NoImages` when there are none, or none to train on.
    """
    images = image_set(folder)
    by_label = {"normal": list(images.test.normal.paths), "anomaly": list(images.test.anomaly.paths)}
    for part, paths in (("train", images.train.normal.paths), ("test", [*by_label["normal"], *by_label["anomaly"]])):
        if not paths:
            raise NoImages(
                f"{folder / part} has no images: give a folder with train/ and test/, each with normal/ and anomaly/"
            )
    total = sum(map(len, by_label.values()))
    share = 1.0 if most is None else min(1.0, most / max(total, 1))
    return {label: _spread(files, round(len(files) * share)) for label, files in by_label.items()}


def to_learn(folder: Path) -> Found:
    """The images to train on; with the test images for the evaluation, if those to train on are too few for both.

    Raises `NoImages`, with what to add, if they are still too few.
    """
    images = image_set(folder)
    parts = {DatasetType.TRAIN: _counts(images.train)}
    if missing_images(parts):
        parts[DatasetType.TEST] = _counts(images.test)
    if missing := missing_images(parts):
        raise NoImages(f"{folder} has too few images to train a model: add {', '.join(missing)}")
    found = examples_of(images, utc_now())
    return replace(found, examples=[each for each in found.examples if each.of in parts])


def _counts(images: Labelled) -> Counts:
    normal, anomaly = len(images.normal), len(images.anomaly)
    return Counts(total=normal + anomaly, labelled=normal + anomaly, normal=normal, anomaly=anomaly)


def linked(files: dict[str, list[Path]], folder: Path) -> Path:
    """Fill a folder with links to the files, for the camera. `label_of` returns the label of a link.

    The links are numbered so that normal and anomalous images alternate evenly, as on a line.
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
    """The label of an image, from the name of its link."""
    return file.split("-", 2)[1]


def _spread(files: list[Path], count: int) -> list[Path]:
    """`count` of the files, evenly spaced."""
    return [files[index * len(files) // count] for index in range(count)]
