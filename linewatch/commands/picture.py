"""`linewatch develop picture`: the README's picture, made from sample images and a model that has not seen them."""

from pathlib import Path

import click

from chalicelib.models.dataset import read_photo
from chalicelib.vision.detector import Detector
from chalicelib.vision.explain import explain
from chalicelib.vision.grey_bits import grey_bits_of
from linewatch.commands.detect import opened
from linewatch.demo.picture import Tile
from linewatch.demo.picture import picture as drawn
from linewatch.project import ROOT

OUT = ROOT / "docs" / "images" / "demo.png"


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--model", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--normal", default=4, show_default=True, help="Images to take from FOLDER/test/normal.")
@click.option("--anomaly", default=4, show_default=True, help="Images to take from FOLDER/test/anomaly.")
@click.option("--out", default=OUT, type=click.Path(dir_okay=False, path_type=Path), help="The PNG to write.")
def picture(folder: Path, model: Path, normal: int, anomaly: int, out: Path) -> None:
    """Draw the picture of the README.

    The first images of FOLDER/test, good and defective ones mixed, each with its prediction.
    """
    detector = opened(model)
    counts = {"normal": normal, "anomaly": anomaly}
    files = [
        (index / count, label, file)
        for label, count in counts.items()
        for index, file in enumerate(sorted((folder / "test" / label).iterdir())[:count])
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    drawn([_tile(detector, file, label) for _, label, file in sorted(files)]).save(out, optimize=True)
    click.echo(out)


def _tile(detector: Detector, file: Path, label: str) -> Tile:
    photo = read_photo(file, grey_bits_of(detector.metadata))
    prediction = detector.inspect(photo)
    shape = (photo.shape[0], photo.shape[1])
    return Tile(
        photo=photo,
        anomalous=prediction.anomalous,
        probability=prediction.anomaly_probability,
        boxes=explain(prediction.anomaly_map, detector.mask_level, shape).boxes,
        labelled_anomalous=label == "anomaly",
    )
