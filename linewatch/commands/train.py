"""`linewatch train`: a detector from a folder of normal images and perhaps one of anomalies."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.progress import Progress, TaskID

from chalicelib.vision.artifact import save
from chalicelib.vision.backbone import PREPROCESS, BackboneError
from chalicelib.vision.decode import Undecodable
from chalicelib.vision.fit import FitOptions, NotEnoughImages, TooManyImages, Training, WrongSizes, fit
from linewatch.backbones import backbone_options
from linewatch.dataset import Labelled, labelled, sampled, training_folder, training_masks
from linewatch.report.evidence import left_out_evidence
from linewatch.report.page import page

NAMED = 10  # images that a warning names


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


def fit_options(
    features: str, backbone: Path | None, taps: str | None, preprocess: str, size: int, seed: int, strict_size: bool
) -> FitOptions:
    """The options as training wants them."""
    chosen = backbone_options(features, backbone, taps, preprocess)
    return FitOptions(size=size, seed=seed, backbone=chosen, strict_size=strict_size)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The model file to write.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="An HTML report to write.")
@training_options
def train(folder: Path, out: Path, report: Path | None, **options: Any) -> None:
    """Train a detector on a folder of images.

    FOLDER has normal/ and perhaps anomaly/, or has these in FOLDER/train. The model becomes one file.
    """
    images = sampled(labelled(training_folder(folder)), None, None, options["seed"])
    training = trained(images, fit_options(**options))
    content = save(training.detector)
    out.write_bytes(content)
    Console(stderr=True).print(f"wrote {out} ({len(content) / 1e6:.1f} MB)", highlight=False)
    if report:
        evidence = left_out_evidence(folder.resolve().name, training, images, training_masks(folder))
        report.write_bytes(page(evidence))


def trained(images: Labelled, options: FitOptions) -> Training:
    """Fit with a progress bar and warnings on stderr; ends the command when the images cannot be learned from."""
    console = Console(stderr=True)
    try:
        with Progress(console=console, transient=True) as bar:
            training = fit(images.normal, images.anomaly, options, shown_on(bar))
    except WrongSizes as error:
        raise click.ClickException(f"{error}: {', '.join(_names(images, error.images))}") from error
    except (NotEnoughImages, TooManyImages, BackboneError, Undecodable) as error:
        raise click.ClickException(str(error)) from error
    for warning in warnings(images, training):
        console.print(f"[yellow]warning:[/] {warning}", highlight=False)
    return training


def shown_on(bar: Progress) -> Callable[[str, int, int], None]:
    """Progress of each step as a bar of its own."""
    tasks: dict[str, TaskID] = {}

    def show(step: str, done: int, total: int) -> None:
        if step not in tasks:
            tasks[step] = bar.add_task(step, total=total)
        bar.update(tasks[step], completed=done)

    return show


def warnings(images: Labelled, training: Training) -> list[str]:
    """What a person should know about the training images, with their names."""
    found = []
    if training.other_sizes:
        count, names = len(training.other_sizes), _names(images, training.other_sizes)
        found.append(f"{count} images differ from the commonest size and are stretched to one: {', '.join(names)}")
    _, group, members = np.unique(training.groups, return_inverse=True, return_counts=True)
    twins = np.flatnonzero(members[group] > 1)
    if len(twins):
        names = _names(images, tuple(twins[np.argsort(group[twins], kind="stable")]))
        found.append(f"{len(twins)} images are nearly the same as others and are left out together: {', '.join(names)}")
    return found


def _names(images: Labelled, places: tuple[int, ...]) -> list[str]:
    """The names of the first images at these places, normals counted first."""
    paths = (*images.normal.paths, *images.anomaly.paths)
    names = [f"{paths[place].parent.name}/{paths[place].name}" for place in places[:NAMED]]
    return names if len(places) <= NAMED else [*names, f"and {len(places) - NAMED} more"]
