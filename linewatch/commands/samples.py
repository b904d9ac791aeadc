"""`linewatch samples`: draw sample images for trying Linewatch."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from linewatch.commands.output_files import check_folder, errors_shown
from linewatch.samples import Counts
from linewatch.samples.files import draw_with_progress

COUNT = click.IntRange(0)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--normal", type=COUNT, default=60, show_default=True, help="Whole parts to train on.")
@click.option("--anomaly", type=COUNT, default=21, show_default=True, help="Parts with a defect to train on.")
@click.option("--test-normal", type=COUNT, default=39, show_default=True, help="Whole parts to test with.")
@click.option("--test-anomaly", type=COUNT, default=21, show_default=True, help="Parts with a defect to test with.")
@click.option("--seed", type=COUNT, default=1, show_default=True, help="The same seed draws the same images.")
def samples(folder: Path, normal: int, anomaly: int, test_normal: int, test_anomaly: int, seed: int) -> None:
    """Draw sample images of a machined part.

    They go to FOLDER/{train,test}/{normal,anomaly}, with masks of the defects; all of them, or none.
    """
    counts = {"train": Counts(normal, anomaly), "test": Counts(test_normal, test_anomaly)}
    if not normal + anomaly + test_normal + test_anomaly:
        raise click.UsageError("there is nothing to draw: all the numbers of images are 0")
    check_folder(folder)
    for split in counts:
        for taken in (folder / split, folder / "masks" / split):
            if taken.exists():
                raise click.ClickException(f"{taken} exists already; name a new folder or delete it first")
    with TemporaryDirectory(dir=folder, prefix=".linewatch-") as part, errors_shown(folder):
        draw_with_progress(Path(part), counts, seed)
        for split in counts:
            _move(Path(part), folder, Path(split))
            _move(Path(part), folder, Path("masks", split))
    click.echo(f"drew {normal + anomaly} images to train on and {test_normal + test_anomaly} to test with", err=True)


def _move(source: Path, target: Path, name: Path) -> None:
    if (source / name).exists():
        (target / name).parent.mkdir(exist_ok=True)
        (source / name).rename(target / name)
