"""`measure vision`: what an inspection takes, step by step, on this machine."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import click
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from chalicelib.models.dataset import labelled, sampled, training_folder
from chalicelib.vision.decode import decode
from chalicelib.vision.detector import Detector
from chalicelib.vision.features.alignment import Motion
from chalicelib.vision.features.resizing import resized
from chalicelib.vision.model_file import load, save
from chalicelib.vision.training.train import TrainOptions
from linewatch.commands.options import json_option
from linewatch.commands.train import train_options, trained, training_options
from linewatch.demo.images import UNSEEN, samples
from linewatch.stack.local import STACKS

REPEATS = 15


@click.command()
@click.option(
    "--images",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder to train on, as for train; drawn images without.",
)
@json_option
@training_options
def vision(folder: Path | None, as_json: bool, **options: Any) -> None:
    """Time each step of an inspection on one core.

    Trains a detector first. Prints milliseconds, the least of 15 runs.
    """
    images = sampled(
        labelled(training_folder(folder or samples(STACKS / "samples", UNSEEN))), None, None, options["seed"]
    )
    chosen: TrainOptions = train_options(**options)
    start = time.perf_counter()
    detector = trained(images, chosen).detector
    figures = {"fit_seconds": round(time.perf_counter() - start, 2)}
    content = save(detector)
    figures["artifact_mb"] = round(len(content) / 1e6, 2)
    figures["load_ms"] = timed(lambda: load(content))
    figures |= steps(detector, images.normal.paths[0].read_bytes())
    if as_json:
        click.echo(json.dumps(figures))
        return
    table = Table("step", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.2f}")
    Console().print(table)


def steps(detector: Detector, content: bytes) -> dict[str, float]:
    """Milliseconds of each step of one image's inspection."""
    photo = decode(content)
    small = resized(photo, detector.image_size)
    extractor = detector.extractor
    align = extractor.alignment.aligned if extractor.alignment else np.asarray
    unaligned = replace(extractor, alignment=None)
    features = extractor.extract(small, extractor.motion(small))
    return {
        "decode_ms": timed(lambda: decode(content)),
        "pillow_decode_ms": timed(lambda: Image.open(BytesIO(content)).load()),
        "resize_ms": timed(lambda: resized(photo, detector.image_size)),
        "align_ms": timed(lambda: align(small)),
        "features_ms": timed(lambda: unaligned.extract_unfilled(small, Motion())),
        "scoring_ms": timed(lambda: detector.evidence(features)),
        "inspect_ms": timed(lambda: detector.inspect(photo)),
        "numpy_fft_ms": timed(lambda: np.fft.fft2(small.astype(np.float32), axes=(0, 1))),
    }


def timed(work: Callable[[], object]) -> float:
    """The least of several runs' milliseconds, after one that warms up."""
    work()
    spent = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return round(1e3 * min(spent), 2)
