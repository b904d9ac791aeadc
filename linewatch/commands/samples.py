"""`linewatch samples`: draw sample images for trying Linewatch."""

from pathlib import Path

import click

from linewatch.samples import Counts
from linewatch.samples.files import draw_with_progress


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--normal", default=60, show_default=True, help="Normal parts to train on.")
@click.option("--anomaly", default=21, show_default=True, help="Parts with a defect to train on.")
@click.option("--test-normal", default=39, show_default=True, help="Normal parts to test with.")
@click.option("--test-anomaly", default=21, show_default=True, help="Parts with a defect to test with.")
@click.option("--seed", default=1, show_default=True, help="The same seed draws the same images.")
def samples(folder: Path, normal: int, anomaly: int, test_normal: int, test_anomaly: int, seed: int) -> None:
    """Draw sample images of a machined part.

    Writes them to FOLDER/{train,test}/{normal,anomaly}, and masks of the defects to FOLDER/masks.
    """
    counts = {"train": Counts(normal, anomaly), "test": Counts(test_normal, test_anomaly)}
    try:
        draw_with_progress(folder, counts, seed)
    except FileExistsError as error:
        raise click.ClickException(str(error)) from error
