"""Cameras of 12 bits write them into 16: training finds the bits of all its images, and every inspection uses them."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chalicelib.models.evaluation import predict
from chalicelib.models.layouts import labelled
from chalicelib.models.registry import VisionModel
from chalicelib.models.training import train_on
from chalicelib.vision.arrays import Photo
from chalicelib.vision.decode import decode
from chalicelib.vision.detector import Detector
from chalicelib.vision.grey_bits import BITS, bits_that_hold, grey_bits_of
from chalicelib.vision.model_file import load, save
from chalicelib.vision.training.train import TrainOptions
from tests.vision.drawn import normals


def wide(photo: Photo, bits: int) -> Image.Image:
    """The greys of a photo as a camera of so many bits writes them into 16."""
    return Image.fromarray((photo[..., 1].astype(np.uint32) * ((1 << bits) - 1) // 255).astype(np.uint16))


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Detector:
    """Trained on greys of 12 bits in PNG and TIFF files, saved and loaded."""
    folder = tmp_path_factory.mktemp("wide")
    (folder / "normal").mkdir()
    for number, photo in enumerate(normals(10)):
        wide(photo, 12).save(folder / "normal" / f"{number}.{'png' if number % 2 else 'tif'}")
    return load(save(train_on(labelled(folder), TrainOptions(size=64)).detector))


@pytest.mark.parametrize(("highest", "bits"), [(0, 8), (255, 8), (1023, 10), (1024, 12), (4095, 12), (65535, 16)])
def test_the_bits_are_the_fewest_of_a_camera_that_hold_the_highest_value(highest: int, bits: int) -> None:
    assert bits_that_hold(highest) == bits


@pytest.mark.parametrize("text", ["", "0", "13", "-8", "many", "99999999"])
def test_a_model_file_that_says_no_known_bits_is_read_as_sixteen(text: str) -> None:
    assert grey_bits_of({"grey_bits": text}) == grey_bits_of({}) == BITS[-1]


def test_a_model_keeps_the_bits_of_its_training_images(detector: Detector) -> None:
    assert grey_bits_of(detector.metadata) == 12


def test_every_inspection_reads_with_the_bits_of_the_model(detector: Detector, tmp_path: Path) -> None:
    (photo,) = normals(1, 40)
    content = BytesIO()
    wide(photo, 12).save(content, "PNG")
    expected = detector.inspect(decode(content.getvalue(), grey_bits=12)).anomaly_probability
    assert detector.inspect(decode(content.getvalue())).anomaly_probability != expected  # all but black
    assert VisionModel(detector, "1").predict(content.getvalue()).anomaly_probability == expected
    (tmp_path / "normal").mkdir()
    wide(photo, 12).save(tmp_path / "normal" / "a.tiff")
    tested, predictions = predict(detector, labelled(tmp_path))
    assert predictions.probabilities.tolist() == [expected]
    assert tested.normal[0].max() > 100


def test_a_model_of_other_images_says_nothing_of_bits(tmp_path: Path) -> None:
    for number, photo in enumerate(normals(10)):
        Image.fromarray(photo).save(tmp_path / f"{number}.bmp")
    trained = train_on(labelled(tmp_path, flat=True), TrainOptions(size=64))
    assert "grey_bits" not in trained.detector.metadata


def test_the_deployed_functions_load_no_reader_of_files_that_are_no_uploads() -> None:
    script = "import sys, chalicelib.models.registry; print([m for m in sys.modules if 'WebP' in m or 'Bmp' in m])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
