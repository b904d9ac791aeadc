"""The sample images: a seed always draws the same parts, and each mask covers its defect."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from linewatch.commands.samples import samples
from linewatch.samples import Counts, draw, kind_of, write
from linewatch.samples.defects import DEFECTS

KINDS = len(DEFECTS)


def test_the_same_seed_draws_the_same_image() -> None:
    assert np.array_equal(draw(3, "train", 1, anomalous=False)[0], draw(3, "train", 1, anomalous=False)[0])


def test_every_image_differs() -> None:
    some = [draw(seed, split, 0, anomalous=False)[0] for seed in (3, 4) for split in ("train", "test")]
    assert all(np.abs(a.astype(int) - b).mean() > 1 for i, a in enumerate(some) for b in some[:i])


@pytest.mark.parametrize("index", range(KINDS), ids=kind_of)
def test_a_mask_covers_its_defect(index: int) -> None:
    pixels, mask = draw(2, "test", index, anomalous=True)
    assert mask is not None
    assert mask.shape == pixels.shape[:2]
    assert 0.0002 < mask.mean() < 0.08
    rows, columns = np.nonzero(mask)
    assert np.hypot(*(np.array([rows.mean(), columns.mean()]) - np.array(mask.shape) / 2)) < 160


def test_the_kinds_of_defect_take_turns() -> None:
    assert {kind_of(index) for index in range(KINDS)} == set(DEFECTS)
    assert kind_of(KINDS) == kind_of(0)


def test_a_folder_of_samples_has_both_splits_both_classes_and_masks(tmp_path: Path) -> None:
    drawn: list[Path] = []
    write(tmp_path, {"train": Counts(2, 1), "test": Counts(1, 2)}, 1, drawn.append)
    assert len(drawn) == 6
    assert len(list(tmp_path.glob("train/normal/*.jpg"))) == 2
    assert len(list(tmp_path.glob("test/anomaly/*.jpg"))) == 2
    for path in tmp_path.glob("*/anomaly/*.jpg"):
        mask = Image.open(tmp_path / "masks" / path.parts[-3] / f"{path.stem}.png")
        assert mask.size == Image.open(path).size
        assert mask.getextrema() == (0, 255)


def test_samples_are_not_mixed_with_those_of_another_seed(tmp_path: Path) -> None:
    few = [str(tmp_path), "--normal", "1", "--anomaly", "0", "--test-normal", "0", "--test-anomaly", "0"]
    assert CliRunner().invoke(samples, few).exit_code == 0
    again = CliRunner().invoke(samples, few)
    assert again.exit_code == 1
    assert "exists already; name a new folder" in again.output
