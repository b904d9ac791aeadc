"""Which files are images, in folders with files of cameras, network storage and operating systems."""

import os
from pathlib import Path

import pytest
from PIL import Image

from chalicelib.models.image_files import find_images, is_system_name


def named(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8)).save(folder / name, "JPEG")


def images_in(folder: Path) -> list[str]:
    return [file.relative_to(folder).as_posix() for file in find_images(folder).images]


@pytest.mark.parametrize(
    "name",
    [
        "._a.jpg",
        ".a.jpg",
        ".trash/a.jpg",
        "@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg",
        "@EADIR/a.jpg",
        "x/@eaDir/a.jpg",
        "SYNOPHOTO_THUMB_XL.jpg",
        ".@__thumb/a.jpg",
        "@Recycle/a.jpg",
        "@Recently-Snapshot/a.jpg",
        "#recycle/a.jpg",
        "#snapshot/a.jpg",
        "$RECYCLE.BIN/a.jpg",
        "System Volume Information/a.jpg",
        "__MACOSX/._a.jpg",
        "lost+found/a.jpg",
        ".thumbnails/a.png",
    ],
)
def test_hidden_files_thumbnails_and_recycle_bins_are_no_images(tmp_path: Path, name: str) -> None:
    named(tmp_path, "a.jpg", name)
    assert images_in(tmp_path) == ["a.jpg"]


def test_thumbs_db_and_the_like_are_not_counted_among_other_files(tmp_path: Path) -> None:
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store", "notes.TXT", "README"):
        (tmp_path / name).touch()
    assert find_images(tmp_path).others == {".txt": 1, "no suffix": 1}


def test_suffixes_count_in_any_case_and_windows_and_browsers_names_too(tmp_path: Path) -> None:
    named(tmp_path, "a.JPG", "b.Jpeg", "c.jpe", "d.JFIF", "e.PNG")
    assert images_in(tmp_path) == ["a.JPG", "b.Jpeg", "c.jpe", "d.JFIF", "e.PNG"]


def test_an_image_that_is_still_being_copied_does_not_count(tmp_path: Path) -> None:
    named(tmp_path, "a.jpg.part", "b.jpg.tmp", "c.crdownload")
    assert images_in(tmp_path) == []


def test_a_linked_folder_is_followed_once(tmp_path: Path) -> None:
    named(tmp_path, "in/a.jpg", "out/b.jpg", "out/deep/c.jpg")
    (tmp_path / "in" / "first").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "second").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "third").symlink_to(tmp_path / "out" / "deep")
    (tmp_path / "out" / "back").symlink_to(tmp_path / "in")
    assert images_in(tmp_path / "in") == ["a.jpg", "first/b.jpg", "first/deep/c.jpg"]
    assert find_images(tmp_path / "in").others == {"linked folder": 3}


def test_a_link_in_a_circle_is_not_followed_and_counted(tmp_path: Path) -> None:
    named(tmp_path, "x/a.jpg")
    (tmp_path / "y").symlink_to(tmp_path)
    listing = find_images(tmp_path)
    assert (len(listing.images), listing.others) == (1, {"linked folder": 1})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    named(tmp_path, "x/a.jpg")
    (tmp_path / "x").chmod(0)
    assert find_images(tmp_path).unusable == {tmp_path / "x": "the folder cannot be read: Permission denied"}
    (tmp_path / "x").chmod(0o700)


def test_a_missing_folder_is_named_and_raises_no_error(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    assert find_images(gone).unusable == {gone: "the folder cannot be read: No such file or directory"}


def test_a_system_name_is_one_in_any_case() -> None:
    assert [is_system_name(name) for name in ("@EaDir", "THUMBS.DB", "._x", "a.jpg")] == [True, True, True, False]
