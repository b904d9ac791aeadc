"""The photos of a study: from a folder for each part, a CSV list, or inspections of a stage."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from chalicelib.core.inspection import Verdict
from chalicelib.models.dataset import read_reduced
from chalicelib.models.image_files import find_images
from chalicelib.vision.appearance import appearance
from chalicelib.vision.decode import Reduced
from chalicelib.vision.detector import Detector
from linewatch.errors import UsageProblem
from linewatch.repeatability.study import Reading

_COLUMNS = {"image", "part"}
_ASKED = """
    SELECT inspection_id, image_id, verdict, anomaly_score, brightness, sharpness, centre_x, centre_y
    FROM current WHERE run = 'live' AND project = ?
    AND (inspection_id IN (SELECT unnest(?)) OR image_id IN (SELECT unnest(?)))
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A photo of the study: a file, or an image id or inspection id of a stage."""

    image: str
    part: str
    setup: str = ""


def in_folders(folder: Path) -> list[Listed]:
    """One folder for each part, with its photos. Raises `UsageProblem` if there is none."""
    listed = [
        Listed(str(file), part.name)
        for part in sorted(each for each in folder.iterdir() if each.is_dir())
        for file in find_images(part).images
    ]
    if not listed:
        raise UsageProblem(f"{folder} has no folders with images: put the photos of each part into a folder of its own")
    return listed


def in_list(file: Path) -> list[Listed]:
    """A CSV file with the columns `image` and `part`, perhaps `setup`. Raises `UsageProblem` for another one."""
    with file.open(newline="", encoding="utf-8-sig") as text:
        rows = csv.DictReader(text)
        if missing := _COLUMNS - {*(rows.fieldnames or ())}:
            raise UsageProblem(f"{file} has no column {', '.join(sorted(missing))}: it needs image and part")
        return [Listed(row["image"], row["part"], row.get("setup") or "") for row in rows if row["image"]]


def read_files(listed: Iterable[Listed], folder: Path, detector: Detector) -> Iterator[Reading]:
    """Inspect the files, whose names are relative to the folder. Raises `Undecodable`, `WrongSize`, `OSError`."""
    for each in listed:
        yield reading_of(each, read_reduced(folder / each.image, detector), detector)


def reading_of(listed: Listed, read: Reduced, detector: Detector) -> Reading:
    """Inspect one photo, as a stage does."""
    prediction = detector.inspect(read.photo, read.size)
    verdict = Verdict.ANOMALOUS if prediction.anomalous else Verdict.NORMAL
    return Reading(
        part=listed.part,
        setup=listed.setup,
        image=listed.image,
        verdict=str(verdict if prediction.unfamiliar is None else Verdict.UNFAMILIAR),
        score=prediction.anomaly_score,
        **appearance(read.photo)._asdict(),
    )


def read_stage(listed: Sequence[Listed], project: str, lake: duckdb.DuckDBPyConnection) -> list[Reading]:
    """The stage's inspections. Raises `UsageProblem` for one that is missing or has no score."""
    names = [each.image for each in listed]
    found = {}
    for inspection_id, image_id, *values in lake.execute(_ASKED, [project, names, names]).fetchall():
        found[inspection_id] = found[image_id] = values
    missing = [name for name in names if name not in found or None in found[name]]
    if missing:
        raise UsageProblem(f"the lake has no inspection with statistics of {', '.join(missing[:5])}")
    names_of = ("verdict", "score", "brightness", "sharpness", "centre_x", "centre_y")
    return [
        Reading(
            part=each.part, setup=each.setup, image=each.image, **dict(zip(names_of, found[each.image], strict=True))
        )
        for each in listed
    ]
