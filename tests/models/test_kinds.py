"""Kinds of defects by folders, file names and CSV files, and what a detector makes of a kind that it never saw."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from chalicelib.models.kinds import kinds
from chalicelib.models.kinds_csv import BadKinds, kinds_from_csv
from linewatch.__main__ import main
from tests.vision.drawn import anomalies, normals

pytestmark = pytest.mark.training


def named(*names: str) -> list[Path]:
    return [Path(name) for name in names]


@pytest.mark.parametrize(
    "pattern",
    [
        "anomaly/anomaly-{n}-{kind}.jpg",
        "anomaly/{kind}_exp{n}_num_62592.jpg",
        "anomaly/{kind}{n:03}.png",
        "set/anomaly/{kind}/{n}.png",
    ],
)
def test_kinds_are_known_by_folders_or_by_words_that_names_do_not_share(pattern: str) -> None:
    paths = [Path(pattern.format(n=n, kind=kind)) for n in range(3) for kind in ("dent", "crack")]
    assert kinds(paths) == {path: kind for path in paths for kind in ("dent", "crack") if kind in str(path)}


def test_a_kind_keeps_the_name_that_it_has_in_training_and_in_test() -> None:
    paths = [Path(f"{part}/anomaly/{kind}/{n}.png") for part in ("train", "test") for kind in "ab" for n in range(2)]
    assert set(kinds(paths).values()) == {"a", "b"}


def test_names_that_say_no_kinds_give_none() -> None:
    assert kinds([Path(f"anomaly/part-{n}.jpg") for n in range(9)]) == {}
    assert kinds(named("anomaly/ab.png", "anomaly/cd.png", "anomaly/ef.png")) == {}
    assert kinds([]) == {}


def test_a_csv_names_images_by_the_end_of_their_path(tmp_path: Path) -> None:
    paths = named("train/anomaly/1.png", "test/anomaly/1.png", "test/anomaly/2.png")
    (tmp_path / "kinds.csv").write_text("kind,image,note\ncrack,test/anomaly/1.png,\ndent, ,\ndent,2.png,x\n")
    assert kinds_from_csv(tmp_path / "kinds.csv", paths) == {paths[1]: "crack", paths[2]: "dent"}
    (tmp_path / "kinds.csv").write_text("Image;Kind\r\ntest\\anomaly\\1.png;Riß\r\n", encoding="cp1252")
    assert kinds_from_csv(tmp_path / "kinds.csv", paths) == {paths[1]: "Riß"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a,b\n1,2\n", "no column image and no column kind: its first line has a, b; expected image,kind$"),
        ("image,kind\nx.png,dent\n", "none"),
    ],
)
def test_a_csv_that_says_nothing_of_the_images_is_refused(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "kinds.csv").write_text(text)
    with pytest.raises(BadKinds, match=why):
        kinds_from_csv(tmp_path / "kinds.csv", named("anomaly/1.png"))


def test_each_kind_is_left_out_of_training_in_turn(tmp_path: Path) -> None:
    parts = {"train/normal": normals(12), "test/normal": normals(4, 100)}
    parts |= {f"train/anomaly/{kind}": anomalies(3, seed) for kind, seed in (("dent", 500), ("spot", 600))}
    parts |= {f"test/anomaly/{kind}": anomalies(2, seed) for kind, seed in (("dent", 700), ("new", 800))}
    for folder, photos in parts.items():
        (tmp_path / folder).mkdir(parents=True)
        for number, photo in enumerate(photos):
            Image.fromarray(photo).save(tmp_path / folder / f"{number}.png")
    arguments = ["evaluate", str(tmp_path), "--size", "64", "--features", "filters", "--leave-kinds-out"]
    report = tmp_path / "report.html"
    answer = CliRunner().invoke(main, [*arguments, "--json", "--report", str(report)], catch_exceptions=False)
    (dent,) = json.loads(answer.stdout)["unseen_kinds"]
    assert (dent["kind"], dent["trained"], dent["tested"], dent["normals"]) == ("dent", 3, 2, 4)
    assert 0 <= dent["found_without"] <= 2
    assert "Kinds of defects that were not in training" in report.read_text()
    (tmp_path / "kinds.csv").write_text("image,kind\ntrain/anomaly/spot/0.png,spot\n")
    refused = CliRunner().invoke(main, [*arguments, "--kinds", str(tmp_path / "kinds.csv")])
    assert "no kind of defect is in train/ and in test/" in refused.stderr
