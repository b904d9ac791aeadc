"""`linewatch evaluate`: train on a set's `train/`, test once on its `test/`, print the figures."""

import json
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from chalicelib.vision import metrics
from chalicelib.vision.artifact import save
from chalicelib.vision.detector import Detector
from chalicelib.vision.fit import FitOptions
from linewatch.commands.train import fit_options, trained, training_options
from linewatch.dataset import Labelled, Photos, labelled


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.option("--normal-only", is_flag=True, help="Train without anomalies.")
@click.option("--limit-normal", type=click.IntRange(1), help="Train on this many normals, drawn by the seed.")
@click.option("--limit-anomaly", type=click.IntRange(0), help="Train on this many anomalies, drawn by the seed.")
@training_options
def evaluate(
    folder: Path,
    as_json: bool,
    normal_only: bool,
    limit_normal: int | None,
    limit_anomaly: int | None,
    **options: Any,
) -> None:
    """Train on FOLDER/train, test on FOLDER/test, and print how good the verdicts are."""
    images, seed = labelled(folder / "train"), options["seed"]
    images = Labelled(
        drawn(images.normal, limit_normal, seed), drawn(images.anomaly, 0 if normal_only else limit_anomaly, seed)
    )
    figures = {
        "set": folder.resolve().name,
        **measured(images, labelled(folder / "test"), fit_options(**options)),
    }
    if as_json:
        click.echo(json.dumps(figures))
    else:
        Console().print(_table(figures))


def drawn(photos: Photos, limit: int | None, seed: int) -> Photos:
    """At most `limit` of the photos, drawn by the seed."""
    if limit is None or limit >= len(photos):
        return photos
    kept = np.random.default_rng(seed).permutation(len(photos))[:limit]
    return Photos(tuple(photos.paths[i] for i in sorted(kept)))


def measured(train: Labelled, test: Labelled, options: FitOptions) -> dict[str, Any]:
    """The figures of one training and one test."""
    if not len(test.normal) + len(test.anomaly):
        raise click.ClickException("there are no test images under test/normal and test/anomaly")
    start = time.perf_counter()
    detector = trained(train, options).detector
    fit_seconds = time.perf_counter() - start
    probabilities, scores, truths, milliseconds = judged(detector, test)
    return {
        "features": "onnx" if options.backbone else "filters",
        "train": _counts(train),
        "test": _counts(test),
        "auroc": metrics.auroc(scores, truths),
        "average_precision": metrics.average_precision(scores, truths),
        **decisions(probabilities > detector.threshold, truths),
        "threshold": detector.threshold,
        "brier": metrics.brier(probabilities, truths),
        "ece": metrics.expected_calibration_error(probabilities, truths),
        "pixel_auroc": None,
        "fit_seconds": round(fit_seconds, 3),
        "ms_per_image": round(float(np.median(milliseconds)), 3),
        "artifact_mb": round(len(save(detector)) / 1e6, 3),
    }


def judged(detector: Detector, test: Labelled) -> tuple[NDArray[np.float64], ...]:
    """Probabilities, scores, truths and milliseconds (without reading and decoding), normals first."""
    rows = []
    for photos, truth in ((test.normal, 0), (test.anomaly, 1)):
        for photo in photos:
            start = time.perf_counter()
            finding = detector.inspect(photo)
            spent = 1e3 * (time.perf_counter() - start)
            rows.append((finding.anomaly_probability, finding.anomaly_score, truth, spent))
    probabilities, scores, truths, milliseconds = np.array(rows, np.float64).T
    return probabilities, scores, truths, milliseconds


def decisions(verdicts: NDArray[np.bool_], truths: NDArray[np.float64]) -> dict[str, float]:
    """Accuracy, precision, recall and F1 of anomalous verdicts; what would divide by nothing is 0."""
    hits = int((verdicts & (truths == 1)).sum())
    correct = int((verdicts == (truths == 1)).sum())
    precision = hits / max(1, int(verdicts.sum()))
    recall = hits / max(1, int(truths.sum()))
    f1 = 2 * precision * recall / max(precision + recall, 1e-12)
    accuracy = correct / len(truths)
    return {"accuracy": accuracy, "precision": precision, "recall": recall, "f1": f1, "correct": correct}


def _counts(images: Labelled) -> dict[str, int]:
    return {"normal": len(images.normal), "anomaly": len(images.anomaly)}


def _table(figures: dict[str, Any]) -> Table:
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.4g}" if isinstance(value, float) else str(value))
    return table
