"""`linewatch train`: a detector from a folder of normal images and perhaps one of anomalies."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from chalicelib.vision.artifact import save
from chalicelib.vision.fit import FitOptions, NotEnoughImages, Training, fit
from linewatch.dataset import Labelled, labelled, training_folder


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The model file to write.")
@click.option(
    "--size", default=256, show_default=True, help="Square root of the area in px that images are brought to."
)
@click.option("--seed", default=0, show_default=True)
def train(folder: Path, out: Path, size: int, seed: int) -> None:
    """Train a detector on FOLDER/normal and FOLDER/anomaly (or these under FOLDER/train) and write it to one file."""
    training = trained(labelled(training_folder(folder)), FitOptions(size=size, seed=seed))
    out.write_bytes(save(training.detector))


def trained(images: Labelled, options: FitOptions) -> Training:
    """Fit with a progress bar and warnings on stderr; ends the command when there are too few images."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True) as bar:
        tasks: dict[str, object] = {}

        def show(step: str, done: int, total: int) -> None:
            task = tasks.setdefault(step, bar.add_task(step, total=total) if step not in tasks else None)
            bar.update(task, completed=done)  # type: ignore[arg-type]

        try:
            training = fit(images.normal, images.anomaly, options, show)
        except NotEnoughImages as error:
            raise click.ClickException(str(error)) from error
    return training
