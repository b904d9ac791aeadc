"""Each image gets its own mask: by the folder of its kind and its name, and never one mask for two images."""

from pathlib import Path

import pytest

from chalicelib.models.mask_files import MaskFiles, find_masks


def found(folder: Path, images: list[str], masks: list[str], others: tuple[str, ...] = ()) -> MaskFiles:
    for name in masks:
        (folder / "masks" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "masks" / name).touch()
    label = folder / "anomaly"
    return find_masks([label / name for name in images], folder / "masks", [label / name for name in others])


def pairs(files: MaskFiles, folder: Path) -> dict[str, str]:
    return {
        image.relative_to(folder / "anomaly").as_posix(): mask.relative_to(folder / "masks").as_posix()
        for image, mask in files.found.items()
        if isinstance(mask, Path)
    }


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        ("1.jpg", "1.png"),
        ("1.jpg", "1_mask.png"),
        ("IMG_1.JPG", "img_1.PNG"),
        ("dent/1.jpg", "dent/1.png"),
        ("dent/1.jpg", "dent/1_mask.png"),
        ("dent/1.jpg", "anomaly/dent/1.png"),
        ("dent/deep/1.jpg", "dent/deep/1.png"),
        ("dent/1.jpg", "1.png"),
        ("1.jpg", "dent/1_mask.png"),
        ("face_mask.jpg", "face_mask.png"),
        ("1.jpg", "1.jpg"),
    ],
)
def test_a_mask_is_found_by_its_folder_and_name(tmp_path: Path, image: str, mask: str) -> None:
    files = found(tmp_path, [image], [mask])
    assert pairs(files, tmp_path) == {image: mask}
    assert not files.notes


def test_names_that_repeat_from_kind_to_kind_keep_their_own_masks(tmp_path: Path) -> None:
    files = found(tmp_path, ["dent/1.jpg", "hole/1.jpg"], ["dent/1.png", "hole/1.png"])
    assert pairs(files, tmp_path) == {"dent/1.jpg": "dent/1.png", "hole/1.jpg": "hole/1.png"}


def test_a_mask_without_a_folder_belongs_to_the_image_that_has_no_other(tmp_path: Path) -> None:
    files = found(tmp_path, ["dent/1.jpg", "hole/1.jpg"], ["1.png", "hole/1.png"])
    assert pairs(files, tmp_path) == {"dent/1.jpg": "1.png", "hole/1.jpg": "hole/1.png"}


def test_a_mask_that_two_images_could_own_is_given_to_neither_and_named(tmp_path: Path) -> None:
    files = found(tmp_path, ["dent/1.jpg", "hole/1.jpg"], ["1_mask.png"])
    assert files.found == {}
    assert "not clear which image owns the mask 1_mask.png: anomaly/dent/1.jpg, anomaly/hole/1.jpg" in files.notes[0]


def test_two_images_of_one_stem_share_no_mask(tmp_path: Path) -> None:
    files = found(tmp_path, ["1.jpg", "1.png"], ["1.png"])
    assert files.found == {}
    assert "not clear" in files.notes[0]


def test_the_mask_of_an_image_that_is_left_out_goes_to_no_other(tmp_path: Path) -> None:
    assert found(tmp_path, ["dent/1.jpg"], ["1.png"], others=("hole/1.jpg",)).found == {}
    assert found(tmp_path, ["dent/2.jpg"], ["hole/2.png"]).found == {}


def test_masks_without_a_partner_are_counted_and_named(tmp_path: Path) -> None:
    files = found(tmp_path, ["1.jpg", "2.jpg"], ["1.png", "3.png", "normal/2.png", "._2.png", "2.gif"])
    assert pairs(files, tmp_path) == {"1.jpg": "1.png"}
    assert any("2.gif is not used" in note for note in files.notes)
    assert "1 masks belong to no anomaly: 3.png" in files.notes


def test_without_a_folder_of_masks_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert find_masks([tmp_path / "anomaly/1.png"], tmp_path / "masks") == MaskFiles()
