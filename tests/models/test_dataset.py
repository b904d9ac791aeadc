"""Data sets are read from folders, and sampled when they are larger than training takes."""

from pathlib import Path

import pytest

from chalicelib.models.dataset import Labelled, Photos, beside_splits, labelled, masks_folder, sampled, training_folder


def test_images_are_found_in_subfolders_whatever_the_case_of_their_ending(tmp_path: Path) -> None:
    for name in ("normal/b.JPG", "normal/a/x.jpeg", "normal/c.png", "normal/notes.txt", "anomaly/d.Png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = labelled(tmp_path)
    assert [path.name for path in found.normal.paths] == ["x.jpeg", "b.JPG", "c.png"]
    assert len(found.anomaly) == 1


def touched(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_hidden_and_system_files_are_no_images_and_linked_folders_are_followed(tmp_path: Path) -> None:
    touched(tmp_path, "normal/a.jpg", "normal/._a.jpg", "normal/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "raw/b.jfif")
    (tmp_path / "normal" / "raw").symlink_to(tmp_path / "raw")
    (tmp_path / "normal" / "circle").symlink_to(tmp_path / "normal")
    found = labelled(tmp_path)
    assert [path.name for path in found.normal.paths] == ["a.jpg", "b.jfif"]


def test_labels_and_splits_are_known_in_any_case(tmp_path: Path) -> None:
    touched(tmp_path, "Train/Normal/a.jpg", "Train/ANOMALY/b.jpg", "Masks/TRAIN/b.png")
    found = labelled(training_folder(tmp_path))
    assert (len(found.normal), len(found.anomaly)) == (1, 1)
    assert masks_folder(tmp_path, "train").name == "TRAIN"


def test_all_that_is_not_used_is_named_with_its_reason(tmp_path: Path) -> None:
    touched(
        tmp_path, "normal/a.jpg", "normal/b.bmp", "normal/c.txt", "normal/d", "anomalies/e.jpg", "ng/f.tif", "g.png"
    )
    touched(tmp_path, "empty/notes.md", ".cache/h.jpg")
    left_out = {path.relative_to(tmp_path).as_posix(): reason for path, reason in labelled(tmp_path).left_out.items()}
    assert sorted(left_out) == [".", "anomalies", "ng", "normal", "normal/b.bmp"]
    assert left_out["anomalies"] == "1 images in a folder of this name are not used: expected normal/, anomaly/"
    assert left_out["ng"].startswith("1 images")
    assert left_out["."] == "1 images stand in neither normal/ nor anomaly/, as g.png"
    assert left_out["normal"].endswith("1 .txt, 1 no suffix")
    assert "neither JPEG nor PNG" in left_out["normal/b.bmp"]


def test_folders_of_images_beside_the_splits_are_named(tmp_path: Path) -> None:
    touched(tmp_path, "train/normal/a.jpg", "test/normal/b.jpg", "masks/test/b.png", "normal/c.jpg", "valid/x/d.jpg")
    assert [path.name for path in beside_splits(tmp_path)] == ["normal", "valid"]
    assert beside_splits(tmp_path / "train") == {}


def named(count: int) -> Photos:
    """Photos that are nowhere."""
    return Photos(tuple(Path(f"{number}.png") for number in range(count)))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((2000, 0), (800, 0)),
        ((2000, 2000), (400, 400)),
        ((15, 9), (15, 9)),
        ((700, 300), (500, 300)),
        ((20, 2000), (20, 780)),
    ],
)
def test_more_images_than_training_has_room_for_are_sampled(given: tuple[int, int], kept: tuple[int, int]) -> None:
    few = sampled(Labelled(named(given[0]), named(given[1])), None, None, 0)
    assert (len(few.normal), len(few.anomaly)) == kept


def test_images_that_training_has_no_room_for_are_counted(tmp_path: Path) -> None:
    few = sampled(Labelled(named(2000), named(0), folder=tmp_path), None, None, 0)
    assert few.left_out == {tmp_path: "1200 images by lot: training takes at most 800"}
