"""`linewatch detect`: judge image files with a model file."""

import json
from dataclasses import dataclass
from pathlib import Path

import click
from click.exceptions import Exit
from rich.console import Console
from rich.table import Table

from chalicelib.vision.arrays import Photo
from chalicelib.vision.decode import Undecodable, decode
from chalicelib.vision.detector import Detector, Prediction, WrongSize
from chalicelib.vision.explain import Explanation, explain, overlay
from chalicelib.vision.model_file import ModelFileError, load
from chalicelib.vision.threshold import moved_to
from linewatch.commands.options import json_option

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class FilePrediction:
    """One image file with its prediction."""

    path: Path
    photo: Photo
    prediction: Prediction
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
    predictions = []
    for path in images:
        try:
            predictions.append(predicted(detector, path))
        except (Undecodable, WrongSize) as error:
            click.echo(f"{path}: {error}", err=True)
    for one in predictions:
        if overlays:
            _draw(one, detector.mask_level, overlays)
        if as_json:
            click.echo(json.dumps({"image": str(one.path), **_row(one)}))
    if not as_json:
        Console().print(_table(predictions))
    if len(predictions) < len(images):
        raise Exit(1)


def opened(model: Path) -> Detector:
    """The detector of a model file, or the end of the command with the reason."""
    try:
        return load(model.read_bytes())
    except ModelFileError as error:
        raise click.ClickException(f"{model}: {error}") from error


def predicted(detector: Detector, path: Path) -> FilePrediction:
    """Inspect one file. Raises `Undecodable` and `WrongSize`."""
    photo = decode(path.read_bytes())
    prediction = detector.inspect(photo)
    shape = (photo.shape[0], photo.shape[1])
    return FilePrediction(path, photo, prediction, explain(prediction.anomaly_map, detector.mask_level, shape))


def _draw(one: FilePrediction, level: float, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{one.path.stem}.png").write_bytes(overlay(one.photo, one.explanation, level))


def _row(one: FilePrediction) -> dict[str, object]:
    return {
        "verdict": "anomalous" if one.prediction.anomalous else "normal",
        "anomaly_probability": one.prediction.anomaly_probability,
        "anomaly_score": one.prediction.anomaly_score,
        "area_fraction": one.explanation.area_fraction,
        "worst_box": one.explanation.worst_box,
    }


def _table(predictions: list[FilePrediction]) -> Table:
    table = Table("image", "verdict", "anomaly probability", "area", "worst spot (px)")
    for one in predictions:
        row, prediction = _row(one), one.prediction
        area, box = one.explanation.area_fraction, one.explanation.worst_box
        table.add_row(
            one.path.name,
            str(row["verdict"]),
            f"{prediction.anomaly_probability:.3f}",
            f"{area:.1%}",
            str(box),
        )
    return table
