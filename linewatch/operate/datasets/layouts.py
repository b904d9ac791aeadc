"""Images of files: every layout that training reads, and Label Studio exports."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

from chalicelib.models.dataset import ImageSet, Labelled
from chalicelib.models.drawings import Drawing
from chalicelib.models.names import name_in_set
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.manifest import ClassName
from linewatch.operate.datasets.example import Example, File, Found
from linewatch.operate.datasets.ground_truth import MASK, label_fields, mask_fields


def examples_of(images: ImageSet, at: datetime) -> Found:
    """The images of a set with their labels and masks; its test part is for the test data set."""
    found = Found()
    for of, part in ((DatasetType.TRAIN, images.train), (DatasetType.TEST, images.test)):
        found.examples += _examples(part, of, at)
        found.notes += [f"{path}: {reason}" for path, reason in part.left_out.items()]
        found.notes += part.masks.notes
    return found


def _examples(part: Labelled, of: DatasetType, at: datetime) -> Iterator[Example]:
    labels: tuple[tuple[ClassName, tuple[Path, ...]], ...] = (
        ("normal", part.normal.paths),
        ("anomaly", part.anomaly.paths),
    )
    for label, paths in labels:
        for path in paths:
            mask = part.masks.found.get(path)
            fields = label_fields(label, at)
            if mask is None:
                yield Example(file_of(path), of, fields)
            else:
                fields |= mask_fields(part.kinds.get(path), at)
                yield Example(file_of(path), of, fields, MASK, _mask(mask, path))


def file_of(path: Path) -> File:
    """A file on this computer."""
    return File(str(path), path.read_bytes)


def _mask(mask: Path | Drawing, image: Path) -> File:
    if isinstance(mask, Path):
        return file_of(mask)

    def drawn() -> bytes:
        written = BytesIO()
        mask.drawn().save(written, "PNG")
        return written.getvalue()

    return File(f"the annotations of {name_in_set(image)}", drawn)
