"""`linewatch detect`: judge image files with a model file."""

import json
from dataclasses import dataclass
from pathlib import Path

import click
from click.exceptions import Exit
from rich.console import Console
from rich.table import Table

from chalicelib.vision.arrays import Photo
from chalicelib.vision.artifact import ArtifactError, load
from chalicelib.vision.decode import Undecodable, decode
from chalicelib.vision.detector import Detector, Finding, WrongSize
from chalicelib.vision.explain import Explanation, explain, overlay
from chalicelib.vision.threshold import moved_to
from linewatch.commands.options import json_option

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class Judgement:
    """One image file with what was found in it."""

    path: Path
    photo: Photo
    finding: Finding
    explanation: Explanation


@click.command()
@click.option("--model", required=True, type=FILE, help="A model file made by train.")
@json_option
@click.option("--threshold", type=click.FloatRange(0, 1), help="Decide at this anomaly probability instead.")
@click.option(
    "--overlays", type=click.Path(file_okay=False, path_type=Path), help="A folder for pictures of the findings."
)
@click.argument("images", nargs=-1, required=True, type=FILE)
def detect(
    model: Path,
    images: tuple[Path, ...],
    as_json: bool,
    threshold: float | None,
    overlays: Path | None,
) -> None:
    """Inspect image files with a model file.

    Exits with 1 when an image could not be inspected; the others are inspected all the same. With
    --json, one JSON object a line.
    """
    detector = opened(model)
    if threshold is not None:
        detector = moved_to(detector, threshold)
    judgements = []
    for path in images:
        try:
            judgements.append(judged(detector, path))
        except (Undecodable, WrongSize) as error:
            click.echo(f"{path}: {error}", err=True)
    for judgement in judgements:
        if overlays:
            _draw(judgement, detector.mask_level, overlays)
        if as_json:
            click.echo(json.dumps({"image": str(judgement.path), **_row(judgement)}))
    if not as_json:
        Console().print(_table(judgements))
    if len(judgements) < len(images):
        raise Exit(1)


def opened(model: Path) -> Detector:
    """The detector of a model file, or the end of the command with the reason."""
    try:
        return load(model.read_bytes())
    except ArtifactError as error:
        raise click.ClickException(f"{model}: {error}") from error


def judged(detector: Detector, path: Path) -> Judgement:
    """Inspect one file. Raises `Undecodable` and `WrongSize`."""
    photo = decode(path.read_bytes())
    finding = detector.inspect(photo)
    shape = (photo.shape[0], photo.shape[1])
    return Judgement(path, photo, finding, explain(finding.anomaly_map, detector.mask_level, shape))


def _draw(judgement: Judgement, level: float, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{judgement.path.stem}.png").write_bytes(overlay(judgement.photo, judgement.explanation, level))


def _row(judgement: Judgement) -> dict[str, object]:
    return {
        "verdict": "anomalous" if judgement.finding.anomalous else "normal",
        "anomaly_probability": judgement.finding.anomaly_probability,
        "anomaly_score": judgement.finding.anomaly_score,
        "area_fraction": judgement.explanation.area_fraction,
        "worst_box": judgement.explanation.worst_box,
    }


def _table(judgements: list[Judgement]) -> Table:
    table = Table("image", "verdict", "anomaly probability", "area", "worst spot (px)")
    for judgement in judgements:
        row, finding = _row(judgement), judgement.finding
        area, box = judgement.explanation.area_fraction, judgement.explanation.worst_box
        table.add_row(
            judgement.path.name,
            str(row["verdict"]),
            f"{finding.anomaly_probability:.3f}",
            f"{area:.1%}",
            str(box),
        )
    return table
