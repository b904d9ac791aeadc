"""What a study says of verdicts and causes, and how the command answers."""

import json
import os
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from chalicelib.vision.augment import moved
from chalicelib.vision.decode import Reduced
from chalicelib.vision.model_file import save
from chalicelib.vision.training.train import Training, TrainOptions, train
from linewatch.__main__ import main
from linewatch.errors import UsageProblem
from linewatch.operate.lake import open_lake
from linewatch.repeatability.page import page
from linewatch.repeatability.reading import Listed, read_stage, reading_of
from linewatch.repeatability.study import Reading, study_of
from tests.daily.lakes import at, lake_in, seen
from tests.vision.conftest import from_both  # noqa: F401 - a fixture
from tests.vision.drawn import part

VIEW = ("brightness", "sharpness", "centre_x", "centre_y")


def readings(cause: str | None, *, noise: float = 0.3, parts: int = 12, times: int = 6) -> list[Reading]:
    """Scores that follow one statistic within parts, on either side of the usual, and noise."""
    chance, found = Random(4), []
    for number in range(parts):
        level = chance.gauss(0, 3)
        for repeat in range(times):
            view: dict[str, Any] = {
                name: chance.gauss(0, 1) for name in ("brightness", "sharpness", "centre_x", "centre_y")
            }
            score = level + chance.gauss(0, noise) + (abs(view[cause]) if cause else 0)
            verdict = "anomalous" if score > 2 else "normal"
            found.append(
                Reading(part=f"p{number:02}", image=f"{number}-{repeat}", verdict=verdict, score=score, **view)
            )
    return found


@pytest.mark.parametrize(("cause", "name"), [("brightness", "light"), ("sharpness", "focus"), ("centre_y", "place")])
def test_the_cause_of_the_spread_is_named(cause: str, name: str) -> None:
    study = study_of(readings(cause))
    assert study.explained_by is not None
    assert study.explained_by.name == name
    assert study.explained_by.explains > 0.4


def test_nothing_is_named_if_nothing_explains_the_spread() -> None:
    assert study_of(readings(None)).explained_by is None


def test_parts_with_two_verdicts_flip_with_an_exact_interval() -> None:
    study = study_of(readings(None, noise=2))
    verdicts = {name: {r.verdict for r in study.readings if r.part == name} for name in study.parts}
    assert list(study.flipped) == [name for name, given in verdicts.items() if len(given) > 1]
    low, high = study.flip_bounds
    assert 0 < low < len(study.flipped) / 12 < high < 1


def test_a_camera_that_repeats_well_is_acceptable_and_a_poor_one_is_not() -> None:
    assert study_of(readings(None, noise=0.05)).grade == "acceptable"
    assert study_of(readings(None, noise=3)).grade == "not acceptable"


def test_the_page_escapes_names_and_shows_each_photo() -> None:
    made = readings(None)
    html = page(study_of([*made, *made[:1]]), "<model>").decode()
    assert "&lt;model&gt;" in html
    assert html.count("<circle") == len(made) + 1


def test_inspections_of_a_stage_are_read_by_image_id_or_inspection_id(tmp_path: Path) -> None:
    view = {"brightness": 99.0, "sharpness": 0.3, "centre_x": 0.5, "centre_y": 0.5}
    lake_in(
        tmp_path,
        *(seen(number, at(8, number), anomaly_score=float(number), **view) for number in range(4)),
        seen(9, at(9)),
    )
    listed = [Listed("image-0", "a"), Listed(f"{1:032x}", "a"), Listed("image-2", "b"), Listed("image-3", "b")]
    found = read_stage(listed, "plates", open_lake(str(tmp_path)))
    assert [(each.part, each.score) for each in found] == [("a", 0), ("a", 1), ("b", 2), ("b", 3)]
    with pytest.raises(UsageProblem, match="no inspection with statistics of image-9"):
        read_stage([Listed("image-9", "a")], "plates", open_lake(str(tmp_path)))


def test_the_command_studies_a_folder_of_parts_and_writes_a_page(from_both: Training, tmp_path: Path) -> None:  # noqa: F811
    model, report = tmp_path / "model.safetensors", tmp_path / "study.html"
    model.write_bytes(save(from_both.detector))
    for number in range(4):
        folder = tmp_path / "photos" / f"part-{number}"
        folder.mkdir(parents=True)
        for repeat, light in enumerate((0.95, 1.0, 1.05)):
            Image.fromarray(part(900 + number, brightness=light)).save(folder / f"{repeat}.png")
    words = ["repeatability", str(tmp_path / "photos"), "--model", str(model), "--report", str(report), "--json"]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    found = json.loads(result.stdout)
    assert (found["parts"], found["images"], found["flipped"]) == (4, 12, [])
    assert {cause["name"] for cause in found["causes"]} == {"light", "focus", "place"}
    assert b"Repeatability study" in report.read_bytes()
    assert "say either" in CliRunner().invoke(main, words[:2]).output


@pytest.mark.skipif("DATA" not in os.environ, reason="DATA names no folder of real sets")
def test_on_real_parts_light_is_named_and_a_place_that_the_model_corrects_is_not() -> None:
    files = sorted((Path(os.environ["DATA"]) / "casting" / "train" / "normal").iterdir())
    photos = [np.asarray(Image.open(file).convert("RGB")) for file in files[:46]]
    detector = train(photos[:36], [], TrainOptions(size=128)).detector
    chance, studies = Random(0), []
    for light, shift in ((0.25, 0.0), (0.0, 12.0)):
        made = []
        for number, photo in enumerate(photos[36:]):
            for _ in range(6):
                lit = np.minimum(photo * (1 + chance.uniform(-light, light)), 255).astype(np.uint8)
                varied = moved(lit, chance.uniform(-1, 1), 1, 0, chance.uniform(-shift, shift))
                read = Reduced(varied, (varied.shape[0], varied.shape[1]))
                made.append(reading_of(Listed("x", f"{number}"), read, detector))
        studies.append(study_of(made))
        causes = [(cause.name, round(cause.explains, 2)) for cause in studies[-1].causes]
        print(f"light {light}, shift {shift} px: {studies[-1].components.system_percent:.0f} %, {causes}")
    lit_study, moved_study = studies
    assert lit_study.explained_by is not None
    assert lit_study.explained_by.name == "light"
    assert moved_study.explained_by is None
    assert moved_study.components.repeats < lit_study.components.repeats
