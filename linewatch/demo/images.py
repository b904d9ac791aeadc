"""The images that the demonstration trains on and sends."""

import shutil
from pathlib import Path

from chalicelib.core.errors import LinewatchError
from chalicelib.models.layouts import image_set

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
