"""DetectAnomalies on the deployed app: what it shows, and a trial of a folder. Nothing is stored."""

import json
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from linewatch.__main__ import main
from tests.emulator.images import a_defect, a_photograph
from tests.emulator.plant import PROJECT, Plant

pytestmark = pytest.mark.emulator

ASK = {"X-Linewatch-Anomaly-Mask": "true"}


def test_a_mask_has_the_size_of_the_image_and_the_area_that_the_answer_says(plant: Plant) -> None:
    content = a_defect().content
    result = plant.detect(content, **ASK)
    background, defect = result["Anomalies"]
    assert (background["Name"], defect["Name"]) == ("background", "defect")
    with Image.open(BytesIO(b64decode(result["AnomalyMask"]))) as mask, Image.open(BytesIO(content)) as image:
        assert (mask.format, mask.size) == ("PNG", image.size)
        marked = (np.asarray(mask) != 255).any(axis=2)
    assert defect["PixelAnomaly"]["TotalPercentageArea"] == pytest.approx(marked.mean(), abs=1e-6)
    assert marked[marked.shape[0] // 2, marked.shape[1] // 2]


def test_in_a_good_image_nothing_is_marked(plant: Plant) -> None:
    [background] = plant.detect(a_photograph().content, **ASK)["Anomalies"]
    assert background["PixelAnomaly"]["TotalPercentageArea"] == 1


def test_a_trial_of_a_folder_names_every_image_and_stores_nothing(plant: Plant, tmp_path: Path) -> None:
    folder = tmp_path / "monday"
    folder.mkdir()
    for name, content in {"a": a_photograph().content, "b": a_defect().content, "c": b"no image"}.items():
        (folder / f"{name}.jpg").write_bytes(content)
    before = stored(plant)
    command = ["model", "trial", PROJECT, str(folder), "--out", str(tmp_path / "out"), "--json"]
    done = CliRunner().invoke(main, [*command, "--local", plant.stack.name])
    assert done.exit_code == 1, done.output
    rows = {Path(row["image"]).stem: row for row in json.loads(done.stdout)}
    assert rows["a"]["verdict"] == "normal"
    assert rows["b"]["verdict"] in {"anomalous", "unfamiliar"}
    assert rows["b"]["worst_box"] is not None
    assert rows["c"]["verdict"] == "rejected"
    assert len((tmp_path / "out" / "trial.manifest").read_text().splitlines()) == 2
    assert (tmp_path / "out" / "trial.html").read_text().count("data:image/jpeg;base64,") == 2
    assert stored(plant) == before


def stored(plant: Plant) -> int:
    """How many objects the bucket has among images and data sets."""
    pages = plant.stack.client("s3").get_paginator("list_objects_v2")
    return sum(
        page["KeyCount"]
        for each in ("images/", "datasets/")
        for page in pages.paginate(Bucket=plant.stack.bucket, Prefix=each)
    )
