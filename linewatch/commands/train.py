"""`linewatch train`: a detector from a folder of normal images and perhaps one of anomalies."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import TaskID

from chalicelib.models.backbones import backbone_options
from chalicelib.models.dataset import Labelled, labelled, sampled, training_folder, training_masks
from chalicelib.models.training import CannotTrain, train_on, training_warnings
from chalicelib.reports.training.evidence import left_out_evidence
from chalicelib.reports.training.page import page
from chalicelib.vision.features.backbone import PREPROCESS, BackboneError
from chalicelib.vision.model_file import save
from chalicelib.vision.progress import Progress
from chalicelib.vision.training.train import Training, TrainOptions


def training_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options about features and size that every training command takes."""
    options = [
        click.option("--features", type=click.Choice(["filters", "onnx"]), default="filters", show_default=True),
        click.option("--backbone", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An ONNX file."),
        click.option("--taps", help="Names of the backbone's tensors to take, with commas; its outputs without."),
        click.option("--preprocess", type=click.Choice(sorted(PREPROCESS)), default="signed", show_default=True),
        click.option(
            "--size",
            type=click.IntRange(64, 1024),
            default=256,
            show_default=True,
            help="Images become about SIZE x SIZE px.",
        ),
        click.option("--seed", type=click.IntRange(0), default=0, show_default=True),
        click.option(
            "--strict-size", is_flag=True, help="Refuse images of different sizes instead of stretching them."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def train_options(
    features: str, backbone: Path | None, taps: str | None, preprocess: str, size: int, seed: int, strict_size: bool
) -> TrainOptions:
    """The options as training takes them."""
    if features == "onnx" and backbone is None:
        raise click.UsageError("--features onnx needs --backbone FILE")
    network = None
    if features == "onnx" and backbone:
        try:
            network = backbone_options(backbone, taps.split(",") if taps else None, preprocess)
        except BackboneError as error:
            raise click.ClickException(str(error)) from error
    return TrainOptions(size=size, seed=seed, backbone=network, strict_size=strict_size)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The model file, .safetensors."
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="An HTML report to write.")
@training_options
def train(folder: Path, out: Path, report: Path | None, **options: Any) -> None:
    """Train a detector on a folder of images.

    FOLDER has normal/ and perhaps anomaly/, or has these in FOLDER/train. The model becomes one file.
    """
    images = sampled(labelled(training_folder(folder)), None, None, options["seed"])
    training = trained(images, train_options(**options))
    content = save(training.detector)
    out.write_bytes(content)
    Console(stderr=True).print(f"wrote {out} ({len(content) / 1e6:.1f} MB)", highlight=False)
    if report:
        evidence = left_out_evidence(folder.resolve().name, training, images, training_masks(folder))
        report.write_bytes(page(evidence))


def trained(images: Labelled, options: TrainOptions) -> Training:
    """Train with progress and warnings on stderr; ends the command if the images cannot be learned from."""
    try:
        with shown_progress() as progress:
            training = train_on(images, options, progress)
    except CannotTrain as error:
        raise click.ClickException(str(error)) from error
    show_warnings(images, training)
    return training


def show_warnings(images: Labelled, training: Training) -> None:
    """What a person should know about the training images, on stderr."""
    for warning in training_warnings(images, training):
        Console(stderr=True).print(f"[yellow]warning:[/] {warning}", highlight=False)


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """The progress of each step of a training as a bar of its own, on stderr."""
    tasks: dict[str, TaskID] = {}
    with Bar(console=Console(stderr=True), transient=True) as bar:

        def progress[T](items: Iterable[T], step: str, total: int) -> Iterator[T]:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            for done, item in enumerate(items, 1):
                yield item
                bar.update(tasks[step], completed=done)

        yield progress
