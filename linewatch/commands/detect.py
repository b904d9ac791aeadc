"""`linewatch detect`: judge image files with a model file."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from chalicelib.vision.artifact import ArtifactError, load
from chalicelib.vision.decode import decode
from chalicelib.vision.detector import Detector, Finding


@click.command()
@click.option("--model", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of a table.")
@click.argument("images", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def detect(model: Path, images: tuple[Path, ...], as_json: bool) -> None:
    """Judge IMAGES."""
    detector = opened(model)
    findings = [(path, detector.inspect(decode(path.read_bytes()))) for path in images]
    if as_json:
        for path, finding in findings:
            click.echo(json.dumps({"image": str(path), **_row(finding)}))
    else:
        Console().print(_table(findings))


def opened(model: Path) -> Detector:
    """The detector of a model file, or the end of the command with the reason."""
    try:
        return load(model.read_bytes())
    except ArtifactError as error:
        raise click.ClickException(f"{model}: {error}") from error


def _row(finding: Finding) -> dict[str, object]:
    return {
        "verdict": "anomalous" if finding.anomalous else "normal",
        "anomaly_probability": finding.anomaly_probability,
        "anomaly_score": finding.anomaly_score,
    }


def _table(findings: list[tuple[Path, Finding]]) -> Table:
    table = Table("image", "verdict", "anomaly probability", "anomaly score")
    for path, finding in findings:
        row = _row(finding)
        table.add_row(
            str(path), str(row["verdict"]), f"{finding.anomaly_probability:.3f}", f"{finding.anomaly_score:.2f}"
        )
    return table
