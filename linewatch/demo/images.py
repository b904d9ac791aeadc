"""The images that the demonstration trains on and sends."""

import shutil
from pathlib import Path

from chalicelib.core.errors import LinewatchError
from chalicelib.models.image_files import find_images

LABELS = ("normal", "anomaly")


class NoImages(LinewatchError):
    """The folder has no images for the demonstration. The message says what it must contain."""


def unseen_in(folder: Path, most: int | None) -> dict[str, list[Path]]:
    """The test images by label; at most `most` of them, evenly chosen and in the same proportion.

    Raises `NoImages` when there are none, or none to train on.
    """
    for needed in (folder / "train" / "normal", folder / "test"):
        if not find_images(needed).images:
            raise NoImages(
                f"{needed} has no .jpg, .jpeg or .png: give a folder with train/ and test/, each with "
                "normal/ and anomaly/"
            )
    by_label = {label: find_images(folder / "test" / label).images for label in LABELS}
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
