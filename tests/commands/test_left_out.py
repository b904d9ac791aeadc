"""What `train`, `evaluate` and `measure sets` do not use is said, in text and in JSON, and stops nothing else."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from linewatch.__main__ import main
from linewatch.samples import Counts, write

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of drawn parts."""
    folder = tmp_path_factory.mktemp("drawn")
    write(folder, {"train": Counts(12, 3), "test": Counts(2, 2)}, seed=1, drawn=lambda _path: None)
    return folder


@pytest.fixture
def parts(drawn: Path, tmp_path: Path) -> Path:
    """A copy of them."""
    return shutil.copytree(drawn, tmp_path / "sets" / "parts")


def run(*arguments: str | Path) -> Result:
    answer = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert answer.exit_code in {0, 1, 2}
    assert "Traceback" not in answer.stderr
    return answer


def damage(*paths: Path) -> None:
    for path in paths:
        path.write_bytes(path.read_bytes()[:2000])


def test_training_leaves_out_damaged_images_names_all_and_counts_what_it_learned_from(parts: Path) -> None:
    bad = sorted((parts / "train" / "normal").iterdir())[:2]
    damage(*bad)
    answer = run("train", parts, "--out", parts.parent / "m.safetensors", "--size", "64")
    assert answer.exit_code == 0
    assert all(f"left out: {path}: the image is damaged" in answer.stderr for path in bad)
    assert "2 files or folders are left out" in answer.stderr
    assert "learned from 10 normal and 3 anomalous images" in answer.stderr


def test_training_names_folders_that_it_does_not_understand(parts: Path) -> None:
    (parts / "train" / "anomaly").rename(parts / "train" / "schlecht")
    answer = run("train", parts, "--out", parts.parent / "m.safetensors", "--size", "64")
    assert f"left out: {parts / 'train' / 'schlecht'}: 3 images in a folder of this name" in answer.stderr
    assert "expected normal/ (or good/, ok/, pass/), anomaly/ (or bad/, ng/, defect/)" in answer.stderr
    assert "learned from 12 normal and 0 anomalous images" in answer.stderr


def test_training_on_nothing_says_what_was_looked_for_and_what_is_there(parts: Path) -> None:
    (parts / "train" / "normal").rename(parts / "train" / "gut")
    answer = run("train", parts, "--out", parts.parent / "new" / "m.safetensors")
    assert answer.exit_code == 1
    found = "found anomaly/ (3 images), gut/ (12 images); put images into normal/ (or good/, ok/, pass/)"
    assert f"there are 0 in {parts / 'train'}: {found}" in answer.stderr
    assert f"{parts / 'train' / 'gut'}: 12 images" in answer.stderr
    assert not (parts.parent / "new").exists()


def test_anomalies_too_few_to_learn_from_are_said(parts: Path) -> None:
    first, second, _ = sorted((parts / "train" / "anomaly").iterdir())
    first.unlink()
    damage(second)
    report = parts.parent / "r.html"
    answer = run("train", parts, "--out", parts.parent / "m.safetensors", "--size", "64", "--report", report)
    assert answer.exit_code == 0
    assert f"left out: {second}" in answer.stderr
    assert "too few anomalies to learn from: 1, and at least 3 are needed" in answer.stderr
    assert "learned from 12 normal and 0 anomalous images" in answer.stderr
    assert "Measured on 13 training images" in report.read_text()
    assert second.name in report.read_text()


def test_an_evaluation_says_in_json_what_it_left_out_and_how_masks_were_found(parts: Path) -> None:
    good, bad = sorted((parts / "test" / "normal").iterdir())
    damage(bad)
    (parts / "test" / "Thumbs.db").touch()
    Image.new("L", (10, 70)).save(parts / "test" / "normal" / "photo.tif")
    next((parts / "masks" / "test").iterdir()).unlink()
    answer = run("evaluate", parts, "--json", "--size", "64")
    figures = json.loads(answer.stdout)
    assert figures["test"] == {"normal": 1, "anomaly": 2}
    assert {Path(path).name for path in figures["left_out"]} == {bad.name, "photo.tif"}
    assert any("1 of 2 anomalies have no mask" in note for note in figures["mask_notes"])
    assert f"left out: {bad}" in answer.stderr
    assert good.name not in answer.stderr


def test_photos_that_are_nearly_the_same_are_named_and_so_are_those_with_both_labels(parts: Path) -> None:
    train = parts / "train"
    good = sorted((train / "normal").iterdir())[0]
    shutil.copy(good, train / "normal" / "again.jpg")
    shutil.copy(good, train / "anomaly" / "both.jpg")
    answer = run("train", parts, "--out", parts.parent / "m.safetensors", "--size", "64")
    assert (
        "3 images are nearly the same as others, and prove little more than 1 would: normal/again.jpg" in answer.stderr
    )
    same = f"normal/again.jpg = normal/{good.name} = anomaly/both.jpg"
    assert f"nearly the same, but labelled normal and anomaly: {same}" in answer.stderr


def test_a_detector_that_may_have_learned_the_light_is_doubted(tmp_path: Path) -> None:
    write(tmp_path / "light", {"train": Counts(64, 0)}, seed=1, drawn=lambda _path: None)
    normal = tmp_path / "light" / "train" / "normal"
    (normal.parent / "anomaly").mkdir(exist_ok=True)
    for path in sorted(normal.iterdir())[::2]:
        Image.open(path).point(lambda value: value * 0.6).save(normal.parent / "anomaly" / path.name)
        path.unlink()
    answer = run(
        "train", tmp_path / "light", "--out", tmp_path / "m.safetensors", "--size", "64", "--features", "filters"
    )
    assert "Fit to use" in answer.stderr
    assert "But anomalous images are darker than normal ones" in answer.stderr


def test_test_images_that_were_trained_on_are_named_and_prove_nothing(parts: Path) -> None:
    for label in ("normal", "anomaly"):
        shutil.rmtree(parts / "test" / label)
        shutil.copytree(parts / "train" / label, parts / "test" / label)
    answer = run("evaluate", parts, "--json", "--size", "64")
    assert "15 test images are training images too, so they prove nothing: normal/" in answer.stderr
    assert "no image shows a good part" in json.loads(answer.stdout)["conclusion"]


def test_images_of_another_size_are_left_out_of_a_strict_evaluation(parts: Path) -> None:
    odd = sorted((parts / "test" / "normal").iterdir())[0]
    Image.new("RGB", (90, 90)).save(odd)
    figures = json.loads(run("evaluate", parts, "--json", "--size", "64", "--strict-size").stdout)
    assert figures["test"]["normal"] == 1
    assert "this model takes" in figures["left_out"][str(odd)]


def test_a_set_that_cannot_be_trained_on_stops_no_other(parts: Path) -> None:
    shutil.copytree(parts, parts.parent / "few")
    for path in sorted((parts.parent / "few" / "train" / "normal").iterdir())[5:]:
        path.unlink()
    shutil.copytree(parts / "train", parts.parent / "loose")
    options = ("--seeds", "1", "--features", "filters", "--size", "64", "--processes", "1")
    answer = run("measure", "sets", parts.parent, "--json", *options)
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [row["set"] for row in rows if "error" in row] == ["few", "few"]
    assert [row["set"] for row in rows if "auroc" in row] == ["parts", "parts"]
    assert "loose: it has no images in train/normal/ or train/good/" in answer.stderr
    assert "2 of 4 trainings failed" in answer.stderr
    assert answer.exit_code == 1
