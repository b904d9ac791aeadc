"""The commands about models, on folders of drawn parts."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from chalicelib.models.benchmark import jobs_of
from chalicelib.vision.features.backbone import BackboneOptions
from linewatch.__main__ import main
from linewatch.commands.detect import opened
from tests.vision.drawn import anomalies, normals

pytestmark = pytest.mark.training

KEYS = [
    "set", "features", "train", "test", "auroc", "average_precision", "accuracy", "precision", "recall", "f1",
    "correct", "unfamiliar", "threshold", "brier", "ece", "pixel_auroc", "worst_spots", "fit_seconds", "ms_per_image",
    "artifact_mb", "fitness", "conclusion",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of drawn parts with a mask of every test anomaly's spot."""
    root = tmp_path_factory.mktemp("sets") / "parts"
    kinds = {
        "train/normal": normals(14),
        "train/anomaly": anomalies(5),
        "test/normal": normals(5, 100),
        "test/anomaly": anomalies(4, 701),
    }
    for kind, photos in kinds.items():
        (root / kind).mkdir(parents=True)
        for number, photo in enumerate(photos):
            Image.fromarray(photo).save(root / kind / f"{number}.png")
    (root / "masks/test").mkdir(parents=True)
    for number in range(4):
        mask = np.zeros((128, 128), np.uint8)
        mask[56:72, 82:98] = 255
        Image.fromarray(mask).save(root / "masks/test" / f"{number}.png")
    return root


def run(*arguments: str | Path) -> Result:
    """The command line's answer."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def model(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file that `train` wrote."""
    path = tmp_path_factory.mktemp("models") / "parts.safetensors"
    result = run("train", folder, "--out", path, "--size", "128", "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert (summary["model"], summary["normal"], summary["anomaly"]) == (str(path), 14, 5)
    return path


def test_evaluate_prints_exactly_the_promised_keys_and_nothing_else(folder: Path) -> None:
    answer = run("evaluate", folder, "--json", "--size", "128")
    figures = json.loads(answer.stdout)
    assert list(figures) == KEYS
    assert figures["set"] == "parts"
    assert figures["train"] == {"normal": 14, "anomaly": 5}
    assert figures["test"] == {"normal": 5, "anomaly": 4}
    assert figures["correct"] == round(figures["accuracy"] * 9)
    assert figures["auroc"] > 0.9
    assert figures["pixel_auroc"] > 0.5


def test_evaluate_limits_what_is_learned_from(folder: Path) -> None:
    options = ("--json", "--size", "64", "--features", "filters")
    few = run("evaluate", folder, *options, "--limit-normal", "11", "--limit-anomaly", "3")
    assert json.loads(few.stdout)["train"] == {"normal": 11, "anomaly": 3}
    none = run("evaluate", folder, *options, "--normal-only")
    assert json.loads(none.stdout)["train"] == {"normal": 14, "anomaly": 0}


def test_evaluate_says_what_is_missing(folder: Path, tmp_path: Path) -> None:
    few = run("evaluate", folder, "--json", "--limit-normal", "4")
    assert few.exit_code == 1
    assert "at least 10 normal images, but there are 4" in few.stderr
    assert "no test images" in run("evaluate", tmp_path, "--json").stderr
    (tmp_path / "test/normal").mkdir(parents=True)
    (tmp_path / "test/normal/bad.png").write_bytes(b"\x89PNG\r\n\x1a\nnot more")
    (tmp_path / "train").symlink_to(folder / "train")
    damaged = run("evaluate", tmp_path, "--json", "--size", "64", "--normal-only", "--features", "filters")
    assert damaged.exit_code == 1
    assert "bad.png: the image's header is damaged" in damaged.stderr


def test_another_network_is_named_by_features_and_backbone_together(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "no.onnx").write_bytes(b"this is no network")
    assert "needs --backbone" in run("evaluate", folder, "--features", "onnx").stderr
    assert "need --features onnx" in run("evaluate", folder, "--backbone", tmp_path / "no.onnx").stderr
    refused = run("evaluate", folder, "--features", "onnx", "--backbone", tmp_path / "no.onnx")
    assert (refused.exit_code, "no.onnx: is no ONNX file" in refused.stderr) == (1, True)


def test_the_default_features_are_those_of_the_network(folder: Path, tmp_path: Path) -> None:
    for options, features in ([], "lite0"), (["--features", "filters"], "filters"):
        assert run("train", folder, "--out", tmp_path / "m", "--size", "64", *options).exit_code == 0
        assert opened(tmp_path / "m").metadata["features"] == features


def test_a_trained_file_judges_images_and_draws_what_it_saw(folder: Path, model: Path, tmp_path: Path) -> None:
    (tmp_path / "no.png").write_bytes(b"this is no image")
    images = [folder / "test/anomaly/0.png", folder / "test/normal/0.png"]
    answer = run("detect", "--model", model, "--json", "--overlays", tmp_path / "drawn", *images, tmp_path / "no.png")
    verdicts = [json.loads(line)["verdict"] for line in answer.stdout.splitlines()]
    assert verdicts == ["anomalous", "normal", "rejected"]
    assert answer.exit_code == 1
    assert "no.png: the file is neither a JPEG nor a PNG nor a BMP" in answer.stderr
    drawn = sorted(tmp_path.glob("drawn/**/*.png"))
    assert [path.parts[-3:] for path in drawn] == [("test", "anomaly", "0.png"), ("test", "normal", "0.png")]
    assert Image.open(drawn[0]).size == (128, 128)


def test_a_threshold_is_moved_in_a_file_of_its_own(model: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved.safetensors"
    answer = run("model", "threshold", model, "--false-reject-rate", "0", "--out", moved)
    assert "0 of 14 normals rejected" in answer.stdout.splitlines()[1]
    assert run("model", "threshold", moved).stdout.split()[2] == answer.stdout.splitlines()[1].split()[2]
    assert f"wrote {moved}" in answer.stderr
    assert "nothing is written: name a file with --out" in run("model", "threshold", model, "--to", "0.4").stderr
    assert "give one of" in run("model", "threshold", model, "--to", "0.5", "--escape-rate", "0").stderr
    assert "say where the threshold shall be" in run("model", "threshold", model, "--out", moved).stderr


def test_a_threshold_is_moved_by_costs_and_refused_where_images_show_too_little(model: Path) -> None:
    few = run("model", "threshold", model, "--escape-rate", "0.01")
    assert few.exit_code == 1
    assert "1 % needs 299 without a miss" in few.stderr
    costs = ("--escape-cost", "50", "--reject-cost", "2", "--defect-share", "0.02")
    now, *_ = run("model", "threshold", model, *costs).stdout.splitlines()
    assert re.search(r"cost [\d.,]+ per 1,000 parts", now)
    assert "cost_per_1000" in json.loads(run("model", "threshold", model, *costs, "--json").stdout)["now"]
    assert "together" in run("model", "threshold", model, *costs[:2]).stderr


def test_a_damaged_model_file_ends_the_command_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "bad.safetensors").write_bytes(b"no")
    answer = run("model", "threshold", tmp_path / "bad.safetensors")
    assert answer.exit_code == 1
    assert "bad.safetensors: the model file is cut short" in answer.stderr


def test_warnings_name_twins_and_odd_sizes(tmp_path: Path) -> None:
    photos = normals(11)
    photos[9], photos[10] = photos[2], photos[10][:110]
    (tmp_path / "normal").mkdir()
    for number, photo in enumerate(photos):
        Image.fromarray(photo).save(tmp_path / "normal" / f"{number:02}.png")
    warned = run("train", tmp_path, "--out", tmp_path / "m", "--size", "128", "--features", "filters").stderr.replace(
        "\n", " "
    )
    assert "normal/02.png, normal/09.png" in warned
    assert "1 images differ from the commonest size" in warned
    refused = run("train", tmp_path, "--out", tmp_path / "m", "--size", "128", "--strict-size")
    assert "normal/10.png" in refused.stderr
    assert refused.exit_code == 1


def test_a_region_keeps_what_lies_outside_from_every_map(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "left.json").write_text("[[[0, 0], [0.5, 0], [0.5, 1], [0, 1]]]")
    model = tmp_path / "left.safetensors"
    made = run(
        "train", folder, "--out", model, "--size", "128", "--features", "filters", "--region", tmp_path / "left.json"
    )
    assert made.exit_code == 0
    answer = run("detect", "--model", model, "--json", folder / "test")
    marked = [row for row in map(json.loads, answer.stdout.splitlines()) if row["worst_box"]]
    assert marked
    assert max(row["worst_box"][2] for row in marked) <= 80
    (tmp_path / "left.json").write_text("[]")
    refused = run("train", folder, "--out", model, "--region", tmp_path / "left.json")
    assert refused.exit_code == 1
    assert "a list of polygons" in refused.stderr


def test_every_set_of_a_folder_is_measured_in_every_regime(folder: Path) -> None:
    answer = run("measure", "sets", folder.parent, "--seeds", "1", "--json", "--size", "64")
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [(row["set"], row["regime"]) for row in rows] == [("parts", "normal only"), ("parts", "all images")]
    assert {row["features"] for row in rows} == {"lite0"}


def test_every_kind_of_features_that_is_named_is_measured(folder: Path) -> None:
    jobs = list(jobs_of(folder, [BackboneOptions(b"", name="lite0"), None], 1, 64))
    assert [job.row for job in jobs] == [
        ("parts", regime, features) for features in ("lite0", "filters") for regime in ("normal only", "all images")
    ]


def test_unfamiliar_images_of_every_set_are_counted_in_every_regime(folder: Path) -> None:
    options = ("--features", "filters", "--size", "64", "--limit", "2", "--processes", "1")
    answer = run("measure", "foreign", folder.parent, "--json", *options)
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [(row["set"], row["regime"]) for row in rows] == [("parts", "normal only"), ("parts", "all images")]
    for row in rows:
        assert row["foreign"]["black"] == row["foreign"]["product: drawn part"] == [2, 2]
        assert row["normal"]["as it is"] == row["anomaly"]["as it is"] == [0, 2]


def test_the_bench_names_every_step_and_its_yardsticks(folder: Path) -> None:
    figures = json.loads(run("measure", "vision", "--images", folder, "--json", "--size", "128").stdout)
    steps = (
        "decode_ms",
        "pillow_decode_ms",
        "resize_ms",
        "align_ms",
        "features_ms",
        "scoring_ms",
        "inspect_ms",
        "numpy_fft_ms",
        "load_ms",
    )
    assert all(figures[step] >= 0 for step in steps)
    assert figures["inspect_ms"] > figures["features_ms"] > 0
    assert figures["all_of_12_megapixels_ms"] > figures["all_of_2_megapixels_ms"] > figures["inspect_ms"]
