"""`detect` takes files, folders and patterns; it leaves nothing out in silence, and no picture lies over another."""

import importlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from chalicelib.vision.arrays import Photo
from chalicelib.vision.detector import Detector, Prediction
from chalicelib.vision.model_file import load, save
from chalicelib.vision.training.train import TrainOptions, train
from linewatch.__main__ import main
from tests.vision.drawn import normals, part

detect_module = importlib.import_module("linewatch.commands.detect")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model."""
    path = tmp_path_factory.mktemp("model") / "parts.safetensors"
    path.write_bytes(save(train(normals(10), [], TrainOptions(size=64)).detector))
    return path


def images(folder: Path, *names: str) -> None:
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(part(number)).save(folder / name)


def detect(model: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["detect", "--model", str(model), *map(str, arguments)])


def rows(answer: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in answer.stdout.splitlines()]


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("names", "pictures"),
    [
        (["a/000.jpg", "b/000.jpg"], ["a/000.png", "b/000.png"]),
        (["a/000.jpg", "a/000.png"], ["000.jpg.png", "000.png.png"]),
        (["a/x.jpg", "a/y.jpg"], ["x.png", "y.png"]),
        (["a/kind/000.jpg", "a/000.jpg"], ["000.png", "kind/000.png"]),
    ],
)
def test_every_image_has_a_picture_of_its_own(
    model: Path, tmp_path: Path, names: list[str], pictures: list[str]
) -> None:
    images(tmp_path, *names)
    assert detect(model, "--overlays", tmp_path / "o", *[tmp_path / name for name in names]).exit_code == 0
    assert files(tmp_path / "o") == pictures


def test_a_folder_is_inspected_with_all_below_it_and_what_is_not_is_said(model: Path, tmp_path: Path) -> None:
    images(tmp_path, "a.jpg", "b/c.png", "@eaDir/a.jpg")
    (tmp_path / "d.heic").write_bytes(b"\0\0\0\x18ftypheic")
    (tmp_path / "notes.txt").touch()
    (tmp_path / "._a.jpg").touch()
    answer = detect(model, "--json", tmp_path)
    *inspected, from_phone, others = rows(answer)
    assert [Path(str(row["image"])).name for row in inspected] == ["a.jpg", "c.png"]
    assert from_phone["verdict"] == "rejected"
    assert "set the phone to JPEG" in str(from_phone["reason"])
    assert others == {"passed_over": {".txt": 1}}
    assert "d.heic: a .heic file cannot be read" in answer.stderr
    assert "1 .txt" in answer.stderr
    assert answer.exit_code == 1


def test_a_pattern_is_followed_where_the_shell_does_not(model: Path, tmp_path: Path) -> None:
    images(tmp_path, "a.jpg", "b.jpg", "c.png", "x/@eaDir/d.jpg", "[1].jpg")
    assert len(rows(detect(model, "--json", tmp_path / "*.jpg"))) == 3
    assert len(rows(detect(model, "--json", tmp_path / "**" / "*.jpg"))) == 3
    assert len(rows(detect(model, "--json", tmp_path / "[1].jpg"))) == 1


def test_an_image_named_twice_is_inspected_once(model: Path, tmp_path: Path) -> None:
    images(tmp_path, "a.jpg")
    assert len(rows(detect(model, "--json", tmp_path / "a.jpg", tmp_path, f"{tmp_path}/./a.jpg"))) == 1


def test_damaged_images_stop_no_other_and_all_are_named(model: Path, tmp_path: Path) -> None:
    images(tmp_path, "a.jpg", "z.jpg")
    for name in ("m.jpg", "n.jpg"):
        (tmp_path / name).write_bytes((tmp_path / "a.jpg").read_bytes()[:300])
    answer = detect(model, tmp_path)
    assert answer.exit_code == 1
    assert answer.stdout.count("rejected") == 2
    assert "m.jpg: the image's header is damaged" in answer.stderr
    assert "n.jpg: the image's header is damaged" in answer.stderr
    assert "2 of 4 images could not be inspected" in answer.stderr


def test_where_there_is_no_image_it_says_what_was_looked_for_and_where(model: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    answer = detect(model, tmp_path)
    assert answer.exit_code == 1
    assert f"no images in {tmp_path}: looked for .jpg" in answer.stderr
    assert "found 1 .txt" in answer.stderr
    missing = detect(model, tmp_path / "a.jpg", tmp_path / "*.png")
    assert missing.exit_code == 2
    assert "a.jpg" in missing.stderr
    assert "*.png" in missing.stderr


def test_pictures_never_lie_over_images_nor_are_inspected_themselves(model: Path, tmp_path: Path) -> None:
    images(tmp_path, "a.png")
    content = (tmp_path / "a.png").read_bytes()
    for folder in (tmp_path, tmp_path / "."):
        for named in (tmp_path, tmp_path / "a.png"):
            refused = detect(model, "--overlays", folder, named)
            assert refused.exit_code == 2
            assert "name another" in refused.stderr
    assert (tmp_path / "a.png").read_bytes() == content
    for _ in range(2):
        assert detect(model, "--overlays", tmp_path / "o", tmp_path).exit_code == 0
    assert files(tmp_path / "o") == ["a.png"]


def test_the_folder_for_pictures_is_tried_before_the_work(model: Path, tmp_path: Path) -> None:
    images(tmp_path, "a.png")
    (tmp_path / "file").touch()
    answer = detect(model, "--json", "--overlays", tmp_path / "file" / "o", tmp_path / "a.png")
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert "cannot be written" in answer.stderr


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_picture_that_cannot_be_written_is_named_and_costs_no_verdict(
    model: Path, tmp_path: Path, options: list[str]
) -> None:
    images(tmp_path, "a.png", "b.png")
    (tmp_path / "o" / "a.png").mkdir(parents=True)
    answer = detect(model, *options, "--overlays", tmp_path / "o", tmp_path / "a.png", tmp_path / "b.png")
    assert answer.exit_code == 1
    assert [name in answer.stdout for name in ("a.png", "b.png")] == [True, True]
    assert f"{tmp_path / 'o' / 'a.png'} cannot be written" in answer.stderr
    assert "1 pictures could not be written: see above" in answer.stderr
    assert files(tmp_path / "o") == ["b.png"]


def test_names_that_a_terminal_would_obey_are_shown_escaped(model: Path, tmp_path: Path) -> None:
    images(tmp_path, "[red]x[/].jpg", "y\x1b[2J.jpg")
    shown = detect(model, tmp_path).stdout
    assert "[red]x" in shown
    assert "\x1b[2J" not in shown


class UnfamiliarDetector:
    """A detector to which every image is unlike anything in training."""

    def __init__(self, detector: Detector) -> None:
        self._detector, self.mask_level, self.metadata = detector, detector.mask_level, detector.metadata

    def inspect(self, photo: Photo) -> Prediction:
        return replace(self._detector.inspect(photo), unfamiliar="unlike anything in training: it is black")


def test_an_unfamiliar_image_is_neither_normal_nor_anomalous_and_says_why(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images(tmp_path, "a.jpg")
    detector = UnfamiliarDetector(load(model.read_bytes()))
    monkeypatch.setattr(detect_module, "opened", lambda _model: detector)
    [row] = rows(detect(model, "--json", tmp_path))
    assert (row["verdict"], row["reason"]) == ("unfamiliar", "unlike anything in training: it is black")
    table = detect(model, tmp_path)
    assert table.exit_code == 0
    assert "unfamiliar" in table.stdout
    assert "unlike anything" in table.stdout


def test_the_worst_spot_is_named_only_where_a_part_of_the_image_is_unusual(model: Path, tmp_path: Path) -> None:
    images(tmp_path, "0.png")
    Image.fromarray(part(0, spot=8)).save(tmp_path / "1.png")
    usual, defect = rows(detect(model, "--json", tmp_path))
    assert (usual["worst_box"], usual["boxes"], usual["area_fraction"]) == (None, [], 0)
    boxes = defect["boxes"]
    assert isinstance(boxes, list)
    assert defect["worst_box"] == boxes[0]
    left, top, right, bottom = boxes[0]
    assert left <= 90 <= right
    assert top <= 64 <= bottom
    table = " ".join(detect(model, tmp_path).stdout.split())
    assert "none" in table
    assert f"{left},{top}" in table


def test_a_narrow_terminal_or_a_pipe_cuts_no_name(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "a-photo-of-the-second-shift-with-a-very-long-name.png"
    images(tmp_path, name)
    monkeypatch.setenv("COLUMNS", "60")
    table = detect(model, tmp_path).stdout
    cells = [line.split("│")[1].strip() for line in table.splitlines() if line.startswith("│")]
    assert "".join(cells) == name


def test_without_colour_no_warning_has_any(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").touch()
    arguments = ["detect", "--model", str(model), str(tmp_path)]
    assert "\x1b[33mwarning:" in CliRunner().invoke(main, arguments, color=True).stderr
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in CliRunner().invoke(main, arguments, color=True).stderr
