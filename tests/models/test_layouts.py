"""Whatever layout a data set has, the same is read of it; what is not used is named with its reason."""

from pathlib import Path

import pytest

from chalicelib.models.dataset import ImageSet, Photos
from chalicelib.models.layouts import found_in, image_set, labelled
from chalicelib.models.lists import UnusableList
from tests.models.kinds_of import kinds_of


def touched(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def below(photos: Photos, folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in photos.paths]


def parts(images: ImageSet, folder: Path) -> tuple[list[str], ...]:
    """The normals and the anomalies to train on, then those to test on."""
    return tuple(below(p, folder) for part in (images.train, images.test) for p in (part.normal, part.anomaly))


def masks(images: ImageSet, folder: Path) -> dict[str, str]:
    found = {**images.train.masks.found, **images.test.masks.found}
    return {
        path.relative_to(folder).as_posix(): mask.relative_to(folder).as_posix()
        for path, mask in found.items()
        if isinstance(mask, Path)
    }


def test_images_are_found_in_subfolders_whatever_the_case_of_their_ending(tmp_path: Path) -> None:
    touched(tmp_path, "normal/b.JPG", "normal/a/x.jpeg", "normal/c.png", "normal/notes.txt", "anomaly/d.Png")
    touched(tmp_path, "normal/e.BMP", "normal/f.tiff", "normal/g.webp")
    found = labelled(tmp_path)
    assert [path.name for path in found.normal.paths] == ["x.jpeg", "b.JPG", "c.png", "e.BMP", "f.tiff", "g.webp"]
    assert len(found.anomaly) == 1


def test_hidden_and_system_files_are_no_images_and_linked_folders_are_followed(tmp_path: Path) -> None:
    touched(tmp_path, "normal/a.jpg", "normal/._a.jpg", "normal/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "raw/b.jfif")
    (tmp_path / "normal" / "raw").symlink_to(tmp_path / "raw")
    (tmp_path / "normal" / "circle").symlink_to(tmp_path / "normal")
    found = labelled(tmp_path)
    assert [path.name for path in found.normal.paths] == ["a.jpg", "b.jfif"]


@pytest.mark.parametrize(
    ("good", "bad"),
    [("normal", "anomaly"), ("GOOD", "Bad"), ("ok", "NG"), ("Pass", "defect"), ("good", "anomalies")],
)
def test_a_label_has_the_names_that_people_give_it_in_any_case(tmp_path: Path, good: str, bad: str) -> None:
    touched(tmp_path, f"Train/{good}/a.jpg", f"Train/{bad}/b.jpg", f"TEST/{bad}/c.jpg")
    touched(tmp_path, "Masks/TRAIN/b.png", f"Masks/test/{bad}/c.png")
    images = image_set(tmp_path)
    assert parts(images, tmp_path) == ([f"Train/{good}/a.jpg"], [f"Train/{bad}/b.jpg"], [], [f"TEST/{bad}/c.jpg"])
    assert masks(images, tmp_path) == {
        f"Train/{bad}/b.jpg": "Masks/TRAIN/b.png",
        f"TEST/{bad}/c.jpg": f"Masks/test/{bad}/c.png",
    }


def test_one_folder_is_all_good_parts(tmp_path: Path) -> None:
    images = image_set(touched(tmp_path, "a.jpg", "b.png", "c.heic", "odd/d.jpg", "notes.txt"))
    assert parts(images, tmp_path) == (["a.jpg", "b.png"], [], [], [])
    assert {path.name for path in images.train.left_out} == {"c.heic", "odd", tmp_path.name}


def test_a_folder_of_anomalies_alone_is_not_taken_for_good_parts(tmp_path: Path) -> None:
    images = image_set(touched(tmp_path / "NG", "a.jpg"))
    assert parts(images, tmp_path / "NG") == ([], ["a.jpg"], [], [])


def test_test_images_in_no_folder_of_a_label_are_not_taken_for_good_parts(tmp_path: Path) -> None:
    images = image_set(touched(tmp_path, "train/a.jpg", "test/b.jpg"))
    assert parts(images, tmp_path) == (["train/a.jpg"], [], [], [])
    assert images.test.left_out == {tmp_path / "test": "1 images stand in no folder of a label, as b.jpg"}


def test_mvtec_ad(tmp_path: Path) -> None:
    touched(tmp_path, "train/good/000.png", "test/good/000.png", "test/crack/000.png", "test/hole/000.png")
    touched(tmp_path, "ground_truth/crack/000_mask.png", "ground_truth/hole/000_mask.png", "license.txt")
    images = image_set(tmp_path)
    crack, hole = "test/crack/000.png", "test/hole/000.png"
    assert parts(images, tmp_path) == (["train/good/000.png"], [], ["test/good/000.png"], [crack, hole])
    assert masks(images, tmp_path) == {
        crack: "ground_truth/crack/000_mask.png",
        hole: "ground_truth/hole/000_mask.png",
    }
    assert (images.train.left_out, images.test.left_out, images.test.masks.notes) == ({}, {}, [])


def test_mvtec_ad_names_the_kinds(tmp_path: Path) -> None:
    touched(tmp_path, "train/good/0.png", "test/good/0.png", *(f"test/{k}/{n}.png" for k in "ab" for n in range(2)))
    assert kinds_of(image_set(tmp_path).test) == ["a", "a", "b", "b"]


def test_mvtec_ad_with_a_kind_that_is_the_name_of_a_label(tmp_path: Path) -> None:
    touched(tmp_path, "train/good/000.png", "test/good/000.png", "test/defective/000.png")
    touched(tmp_path, "ground_truth/defective/000_mask.png")
    images = image_set(tmp_path)
    assert below(images.test.anomaly, tmp_path) == ["test/defective/000.png"]
    assert masks(images, tmp_path) == {"test/defective/000.png": "ground_truth/defective/000_mask.png"}


def test_kinds_are_the_words_in_names_that_differ_alike_in_training_and_test(tmp_path: Path) -> None:
    touched(tmp_path, "train/normal/0.png", *(f"train/anomaly/tile_crack_{n}.png" for n in range(3)))
    touched(tmp_path, *(f"test/anomaly/tile_{kind}_{n}.png" for kind in ("crack", "hole") for n in range(2)))
    images = image_set(tmp_path)
    assert kinds_of(images.train) == ["crack"] * 3
    assert kinds_of(images.test) == ["crack", "crack", "hole", "hole"]


def test_mvtec_ad_2(tmp_path: Path) -> None:
    touched(tmp_path, "train/good/000_regular.png", "validation/good/001_regular.png", "test_private/002.png")
    touched(tmp_path, "test_public/good/003_regular.png", "test_public/bad/003_regular.png")
    touched(tmp_path, "test_public/ground_truth/bad/003_regular_mask.png")
    images = image_set(tmp_path)
    bad = "test_public/bad/003_regular.png"
    assert parts(images, tmp_path) == (["train/good/000_regular.png"], [], ["test_public/good/003_regular.png"], [bad])
    assert masks(images, tmp_path) == {bad: "test_public/ground_truth/bad/003_regular_mask.png"}
    assert {path.name for path in images.train.left_out} == {"validation", "test_private"}


@pytest.fixture
def candle(tmp_path: Path) -> Path:
    """A set of VisA."""
    folder = tmp_path / "candle"
    touched(folder, *(f"Data/Images/{kind}/{n:03}.JPG" for kind in ("Normal", "Anomaly") for n in range(3)))
    touched(folder, *(f"Data/Masks/Anomaly/{n:03}.png" for n in range(3)))
    images = "candle/Data/Images"
    rows = [f"{images}/Normal/000.JPG,normal,"]
    rows += [f"{images}/Anomaly/{n:03}.JPG,{kind}," for n, kind in enumerate(("melt", "wax", '"melt,wax"'))]
    (folder / "image_anno.csv").write_text("image,label,mask\n" + "\n".join(rows))
    return folder


def test_visa_without_a_split_is_all_for_training(candle: Path) -> None:
    images = image_set(candle)
    assert [len(part) for part in parts(images, candle)] == [3, 3, 0, 0]
    assert kinds_of(images.train) == ["melt", "wax", "melt,wax"]
    assert masks(images, candle)["Data/Images/Anomaly/002.JPG"] == "Data/Masks/Anomaly/002.png"


def test_visa_is_split_by_its_list(candle: Path) -> None:
    rows = [f"candle,train,normal,candle/Data/Images/Normal/{n:03}.JPG," for n in (0, 1)]
    rows += ["candle,test,normal,candle/Data/Images/Normal/002.JPG,", "other,train,normal,other/Normal/002.JPG,"]
    rows += [f"candle,test,anomaly,candle/Data/Images/Anomaly/{n:03}.JPG,x" for n in (0, 1)]
    (candle.parent / "split_csv").mkdir()
    (candle.parent / "split_csv" / "1cls.csv").write_text("object,split,label,image,mask\n" + "\n".join(rows))
    images = image_set(candle)
    assert [[Path(name).stem for name in part] for part in parts(images, candle)] == [
        ["000", "001"],
        [],
        ["002"],
        ["000", "001"],
    ]
    assert kinds_of(images.test) == ["melt", "wax"]
    assert [path.name for path in images.train.left_out] == ["002.JPG"]


@pytest.mark.parametrize("image", ["Data/Images/Normal/0.JPG", "train/good/0.png", "normal/0.png"])
def test_a_folder_of_sets_is_answered_with_the_sets_in_it(tmp_path: Path, image: str) -> None:
    touched(tmp_path, f"candle/{image}", f"capsules/{image}", "split_csv/1cls.csv")
    with pytest.raises(UnusableList, match=f"give one of candle, capsules, as {tmp_path / 'candle'}$"):
        image_set(tmp_path)


def test_a_folder_with_images_of_its_own_or_only_a_test_part_is_no_folder_of_sets(tmp_path: Path) -> None:
    touched(tmp_path, "a/0.png", "a/before/normal/1.png", "b/test/good/2.png", "b/before/normal/1.png")
    assert parts(image_set(tmp_path / "a"), tmp_path / "a") == (["0.png"], [], [], [])
    assert parts(image_set(tmp_path / "b"), tmp_path / "b") == ([], [], ["test/good/2.png"], [])


def test_all_that_is_not_used_is_named_with_its_reason(tmp_path: Path) -> None:
    touched(tmp_path, "normal/a.jpg", "normal/b.gif", "normal/c.txt", "normal/d", "damaged/e.jpg", "x/f.tif", "g.png")
    touched(tmp_path, "empty/notes.md", ".cache/h.jpg")
    left_out = {path.relative_to(tmp_path).as_posix(): reason for path, reason in labelled(tmp_path).left_out.items()}
    assert sorted(left_out) == [".", "damaged", "normal", "normal/b.gif", "x"]
    assert left_out["damaged"].startswith("1 images in a folder of this name are not used: expected normal/ (or good/")
    assert left_out["x"].startswith("1 images")
    assert left_out["."] == "1 images stand in no folder of a label, as g.png"
    assert left_out["normal"].endswith("1 .txt, 1 no suffix")
    assert "a .gif file cannot be read: save it as JPEG" in left_out["normal/b.gif"]


def test_folders_of_images_beside_the_parts_are_named(tmp_path: Path) -> None:
    touched(tmp_path, "train/normal/a.jpg", "test/normal/b.jpg", "masks/test/b.png", "normal/c.jpg", "valid/x/d.jpg")
    images = image_set(tmp_path)
    assert [path.name for path in images.train.left_out] == ["normal", "valid"]
    assert image_set(tmp_path / "train").train.left_out == {}


def test_what_is_found_in_a_folder_is_counted(tmp_path: Path) -> None:
    touched(tmp_path, "bad/a.jpg", "bad/x/b.jpg", "gut/c.jpg", "d.jpg", "e.txt")
    assert found_in(tmp_path) == "bad/ (2 images), gut/ (1 images), 1 images in no folder"
    assert found_in(tmp_path / "none") == "no images"
    assert found_in(tmp_path / "bad") == "x/ (1 images), 1 images of anomalies, by the folder's name"
