"""`linewatch samples`: draw sample images to try Linewatch with."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from linewatch.samples import Counts, write


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--normal", default=60, show_default=True, help="Whole parts to train on.")
@click.option("--anomaly", default=21, show_default=True, help="Parts with a defect to train on.")
@click.option("--test-normal", default=39, show_default=True, help="Whole parts to test with.")
@click.option("--test-anomaly", default=21, show_default=True, help="Parts with a defect to test with.")
@click.option("--seed", default=1, show_default=True, help="The same seed draws the same images.")
def samples(folder: Path, normal: int, anomaly: int, test_normal: int, test_anomaly: int, seed: int) -> None:
    """Draw sample images of a machined part.

    They go to FOLDER/{train,test}/{normal,anomaly}, with masks of the defects.
    """
    counts = {"train": Counts(normal, anomaly), "test": Counts(test_normal, test_anomaly)}
    try:
        draw_with_progress(folder, counts, seed)
    except FileExistsError as error:
        raise click.ClickException(str(error)) from error


def draw_with_progress(folder: Path, counts: dict[str, Counts], seed: int) -> None:
    """Write the samples with a progress bar on stderr; errors as `write` has them."""
    total = sum(count.normal + count.anomaly for count in counts.values())
    console = Console(stderr=True)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Drawing sample images", total=total)
        write(folder, counts, seed, lambda _: progress.advance(task))
