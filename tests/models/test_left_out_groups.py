"""Expected figures of whole groups: no image is predicted by a detector that learned from its group."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from chalicelib.models.layouts import labelled
from chalicelib.models.left_out_groups import leave_groups_out
from chalicelib.models.name_groups import groups_from_names
from chalicelib.models.training import train_on
from chalicelib.vision.training.train import TrainOptions
from linewatch.__main__ import main
from tests.vision.drawn import anomalies, part

pytestmark = pytest.mark.training


@pytest.fixture(name="folder", scope="module")
def folder_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parts of four shifts; the light of the last is much dimmer. And anomalies of the first."""
    folder = tmp_path_factory.mktemp("shifts")
    for shift, light in (("a", 1.0), ("b", 0.99), ("c", 1.01), ("d", 0.7)):
        (folder / "normal" / shift).mkdir(parents=True)
        for n in range(4):
            photo = part(ord(shift) * 10 + n, brightness=light)
            Image.fromarray(photo).save(folder / "normal" / shift / f"{n}.png")
    (folder / "anomaly").mkdir()
    for n, photo in enumerate(anomalies(4)):
        Image.fromarray(photo).save(folder / "anomaly" / f"{n}.png")
    return folder


def test_parts_of_a_shift_that_looks_different_are_expected_to_be_rejected(folder: Path) -> None:
    options = TrainOptions(size=64)
    trained = train_on(labelled(folder), options)
    named = groups_from_names(trained.images.normal.paths, trained.images.anomaly.paths)
    assert named is not None
    grouped = leave_groups_out(trained, options, named.groups)
    alone, together = trained.training.left_out[12:16], grouped.training.left_out[12:16]
    assert together.mean() > alone.mean()
    assert (together > grouped.detector.threshold).sum() > (alone > trained.detector.threshold).sum()
    assert grouped.detector.left_out_normal.tolist() == grouped.training.left_out[:16].tolist()
    assert grouped.detector.threshold == trained.detector.threshold


def test_a_shift_that_is_unfamiliar_without_it_is_expected_to_be_stopped(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "shifts")
    for path in (tmp_path / "shifts" / "normal" / "d").iterdir():
        Image.new("RGB", (128, 128), "white").save(path)
    trained = train_on(labelled(tmp_path / "shifts"), TrainOptions(size=64))
    named = groups_from_names(trained.images.normal.paths, trained.images.anomaly.paths)
    assert named is not None
    grouped = leave_groups_out(trained, TrainOptions(size=64), named.groups)
    assert grouped.training.left_out[12:16].tolist() == [1] * 4


def test_the_command_says_which_groups_it_left_out_or_that_there_are_none(folder: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    arguments = ["--out", str(tmp_path / "model"), "--size", "64", "--features", "filters"]
    arguments += ["--leave-groups-out", "--report", str(report)]
    answer = CliRunner().invoke(main, ["train", str(folder), *arguments], catch_exceptions=False)
    assert "left out whole groups by subfolder" in answer.stderr
    assert "Whole groups of images, by subfolder, were left out" in report.read_text()
    (tmp_path / "loose" / "normal").mkdir(parents=True)
    for n in range(12):
        Image.fromarray(part(n)).save(tmp_path / "loose" / "normal" / f"{n}.png")
    refused = CliRunner().invoke(main, ["train", str(tmp_path / "loose"), *arguments])
    assert "the images say no groups" in refused.stderr
    assert refused.exit_code == 1
