"""`linewatch detect`: inspect image files with a model file."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from click.exceptions import Exit
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from chalicelib.core.inspection import Verdict
from chalicelib.core.spots import Box, spot_in_words
from chalicelib.models.dataset import read_photo
from chalicelib.vision.arrays import Photo
from chalicelib.vision.decode import Undecodable
from chalicelib.vision.detector import Detector, Prediction, WrongSize
from chalicelib.vision.explain import Explanation, explain, overlay
from chalicelib.vision.grey_bits import grey_bits_of
from chalicelib.vision.model_bytes import ModelFileError
from chalicelib.vision.model_file import load
from chalicelib.vision.threshold import moved_to
from linewatch.commands.inputs import InputImages, input_images
from linewatch.commands.options import json_option
from linewatch.commands.output_files import check_folder, write_output
from linewatch.commands.printing import folding
from linewatch.commands.share import SHARE
from linewatch.commands.warnings import printable, warn

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class FilePrediction:
    """One image file with its prediction."""

    path: Path
    photo: Photo
    prediction: Prediction
    explanation: Explanation

    @property
    def spot(self) -> str | None:
        """Where the worst spot is, in words and pixels; None if there is none."""
        boxes, shape = list(map(Box._make, self.explanation.boxes)), self.photo.shape
        return spot_in_words(boxes, shape[1], shape[0], self.explanation.area_fraction)


type Row = dict[str, object]


@click.command()
@click.option("--model", required=True, type=FILE, help="A model file made by train.")
@json_option
@click.option("--threshold", type=SHARE, help="Decide at this anomaly probability instead.")
@click.option(
    "--overlays", type=click.Path(file_okay=False, path_type=Path), help="A folder for pictures of the findings."
)
@click.argument("images", nargs=-1, required=True)
def detect(
    model: Path,
    images: tuple[str, ...],
    as_json: bool,
    threshold: float | None,
    overlays: Path | None,
) -> None:
    """Inspect image files with a model file.

    IMAGES are files, folders with all that is below them, and patterns such as 'parts/*.jpg'. Exits with 1 when an
    image could not be inspected, or a picture not be written; the others are inspected all the same. The worst spot is
    named if a part of the image is beyond what normal images show; its percentage is the share of the image that is. An
    image that is unlike anything in training has the verdict `unfamiliar`: check camera, light and product. With
    --json, one JSON object a line: an image that could not be inspected has the verdict `rejected` and a reason.
    """
    detector = opened(model)
    if threshold is not None:
        detector = moved_to(detector, threshold)
    inputs = input_images(images, overlays)
    if overlays:
        _check_overlays(inputs, overlays)
    unwritten: list[Path] = []
    rows = list(_shown(_rows(detector, inputs, overlays, unwritten), as_json))
    if inputs.passed_over:
        warn([f"files that are no images by their suffix: {_counted(inputs.passed_over)}"])
    if as_json and inputs.passed_over:
        click.echo(json.dumps({"passed_over": inputs.passed_over}))
    if not as_json:
        Console().print(_table(rows))
    rejected = sum(row["verdict"] == "rejected" for row in rows)
    if rejected:
        warn([f"{rejected} of {len(rows)} images could not be inspected"])
    if unwritten:
        warn([f"{len(unwritten)} pictures could not be written: see above"])
    if rejected or unwritten:
        raise Exit(1)


def opened(model: Path) -> Detector:
    """The detector of a model file, or the end of the command with the reason."""
    try:
        return load(model.read_bytes())
    except ModelFileError as error:
        raise click.ClickException(f"{model}: {error}") from error


def _check_overlays(inputs: InputImages, folder: Path) -> None:
    check_folder(folder)
    known = {path.resolve() for path in inputs.names}
    for path in inputs.names:
        if (target := folder / inputs.overlay_name(path)).resolve() in known:
            raise click.UsageError(f"{target} would be written over: name another folder for the overlays")


def _rows(detector: Detector, inputs: InputImages, overlays: Path | None, unwritten: list[Path]) -> Iterator[Row]:
    """One row for each image as it is inspected, and for each that cannot be; adds to the `unwritten` pictures."""
    for path in inputs.names:
        try:
            one = predicted(detector, path)
        except (Undecodable, WrongSize) as error:
            yield _rejected(inputs, path, str(error))
            continue
        if overlays:
            picture = overlay(one.photo, one.prediction.anomaly_map, detector.mask_level)
            target = overlays / inputs.overlay_name(path)
            try:
                write_output(target, picture)
            except click.ClickException as error:
                unwritten.append(target)
                click.echo(printable(error.message), err=True)
        yield {"name": inputs.names[path], "image": str(path), **_row(one)}
    for path, reason in inputs.unusable.items():
        yield _rejected(inputs, path, reason)


def predicted(detector: Detector, path: Path) -> FilePrediction:
    """Inspect one file. Raises `Undecodable` and `WrongSize`."""
    photo = read_photo(path, grey_bits_of(detector.metadata))
    prediction = detector.inspect(photo)
    shape = (photo.shape[0], photo.shape[1])
    return FilePrediction(path, photo, prediction, explain(prediction.anomaly_map, detector.mask_level, shape))


def _rejected(inputs: InputImages, path: Path, reason: str) -> Row:
    click.echo(printable(f"{path}: {reason}"), err=True)
    return {"name": inputs.names.get(path, str(path)), "image": str(path), "verdict": "rejected", "reason": reason}


def _row(one: FilePrediction) -> Row:
    prediction, explanation = one.prediction, one.explanation
    verdict = Verdict.ANOMALOUS if prediction.anomalous else Verdict.NORMAL
    return {
        "verdict": str(verdict if prediction.unfamiliar is None else Verdict.UNFAMILIAR),
        "reason": prediction.unfamiliar,
        "anomaly_probability": prediction.anomaly_probability,
        "anomaly_score": prediction.anomaly_score,
        "area_fraction": explanation.area_fraction,
        "worst_box": explanation.worst_box,
        "boxes": explanation.boxes,
        "spot": one.spot,
    }


def _shown(rows: Iterable[Row], as_json: bool) -> Iterator[Row]:
    """The rows; with JSON each is printed as it comes."""
    for row in rows:
        if as_json:
            click.echo(json.dumps({key: value for key, value in row.items() if key not in ("name", "spot")}))
        yield row


def _table(rows: list[Row]) -> Table:
    table = Table(*folding("image", "verdict", "anomaly probability", "worst spot"))
    for row in rows:
        cells = [escape(printable(str(row["name"]))), str(row["verdict"])]
        if row["verdict"] != "rejected":
            cells += [f"{row['anomaly_probability']:.3f}", str(row["reason"] or row["spot"] or "none")]
        table.add_row(*cells)
    return table


def _counted(kinds: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
