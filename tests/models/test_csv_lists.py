"""A CSV list says of each image what it is; a row that cannot be used is left out with its line, and stops no other."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.models.csv_lists import csv_list, csv_set
from chalicelib.models.evaluation import NoTestImages, evaluate
from chalicelib.models.layouts import image_set
from chalicelib.models.lists import UnusableList
from chalicelib.vision.training.train import TrainOptions
from tests.models.kinds_of import kinds_of

LABELS = {"normal": False, "Good": False, "0": False, "OK": False, "anomaly": True, "ng": True, "1": True, "Bad": True}
names = st.text(
    st.characters(codec="utf-8", exclude_characters="\0/\\:", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1
).map(lambda text: f"x{text}x.jpg")


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    (folder / "list.csv").write_bytes(text.encode(encoding))
    return folder / "list.csv"


def images(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_list_says_label_split_kind_and_mask(tmp_path: Path) -> None:
    images(tmp_path, "a.jpg", "b.jpg", "c/d.jpg", "m.png")
    rows = ["image,label,mask,kind,split", "a.jpg,good,,,train", "b.jpg,ng,m.png,dent,train", "c/d.jpg,NG,,hole,test"]
    found = csv_set(written(tmp_path, "\n".join(rows)))
    assert found.train.normal.paths == (tmp_path / "a.jpg",)
    assert found.train.anomaly.paths == (tmp_path / "b.jpg",)
    assert found.train.masks.found == {tmp_path / "b.jpg": tmp_path / "m.png"}
    assert kinds_of(found.train) == ["dent"]
    assert found.test.anomaly.paths == (tmp_path / "c/d.jpg",)
    assert kinds_of(found.test) == ["hole"]
    assert found.train.left_out == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    rows=st.dictionaries(names, st.sampled_from(sorted(LABELS)), max_size=8),
    separator=st.sampled_from(",;\t"),
    mark=st.sampled_from(["", "\ufeff"]),
    columns=st.permutations(["image", "Label", "note"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_every_row_is_read_however_a_spreadsheet_writes_it(
    tmp_path: Path, rows: dict[str, str], separator: str, mark: str, columns: list[str], end: str
) -> None:
    text = StringIO()
    table = csv.DictWriter(text, columns, delimiter=separator, lineterminator=end)
    table.writeheader()
    for name, label in rows.items():
        table.writerow({"image": name, "Label": f" {label} ", "note": "x"})
    found = csv_set(written(tmp_path, mark + text.getvalue()))
    listed = {path.name for path in found.train.left_out}  # no such files
    assert listed == {name.strip() for name in rows}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(
    content=st.one_of(st.binary(max_size=200), st.text(max_size=100).map(lambda text: f"image,label\n{text}".encode()))
)
def test_any_file_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list.csv").write_bytes(content)
    try:
        csv_set(tmp_path / "list.csv")
    except UnusableList as error:
        assert str(tmp_path / "list.csv") in str(error)  # noqa: PT017


def test_paths_of_windows_and_encodings_of_western_europe_are_understood(tmp_path: Path) -> None:
    images(tmp_path, "prüfung/a.jpg")
    for encoding in ("cp1252", "utf-8-sig", "utf-16"):
        found = csv_set(written(tmp_path, "image;label\nprüfung\\a.jpg;good\n", encoding))
        assert found.train.normal.paths == (tmp_path / "prüfung/a.jpg",)


def test_rows_that_cannot_be_used_are_named_with_their_line(tmp_path: Path) -> None:
    images(tmp_path, "a.jpg", "b.jpg", "c.jpg", "d.jpg")
    rows = "a.jpg,good,\nb.jpg,perhaps,\n,good,\nc.jpg,good,later\ngone.jpg,ng,\nd.jpg,good,\nd.jpg,ng,\n"
    found = csv_set(written(tmp_path, f"image,label,split\n{rows}"))
    assert [path.name for path in found.train.normal.paths] == ["a.jpg"]
    assert {path.name: reason for path, reason in found.train.left_out.items()} == {
        "b.jpg": "line 3 is not used: its label is perhaps;"
        " expected normal (or good, ok, pass, 0) or anomaly (or bad, ng, defect, 1)",
        "list.csv": "line 4 is not used: it names no image",
        "c.jpg": "line 5 is not used: its split is later; expected train or test",
        "gone.jpg": "it is listed, but there is no such file",
        "d.jpg": "it is listed as normal and as anomalous",
    }


def test_a_file_without_the_columns_says_what_it_has_and_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(UnusableList, match=r"no column label: its first line has image, ok; expected image,label"):
        csv_set(written(tmp_path, "image,ok\na.jpg,1\n"))


@pytest.mark.parametrize("content", [b"PK\3\4\0\0 a workbook", b"\xff\xd8\xff\xe0\0\x10JFIF"])
def test_a_workbook_or_an_image_is_no_list(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list.xlsx").write_bytes(content)
    with pytest.raises(UnusableList, match=r"list\.xlsx is no text: give a folder of images, or a list that is saved"):
        image_set(tmp_path / "list.xlsx")


def test_a_folder_with_one_list_and_no_folder_of_a_label_is_read_by_it(tmp_path: Path) -> None:
    images(tmp_path, "a.jpg", "b.jpg")
    (tmp_path / "other.csv").write_text("time,temperature\n1,2\n")
    written(tmp_path, "image,label\na.jpg,good\nb.jpg,bad\n")
    assert image_set(tmp_path).train.anomaly.paths == (tmp_path / "b.jpg",)


def test_of_several_lists_in_a_folder_one_must_be_chosen(tmp_path: Path) -> None:
    assert csv_list(tmp_path) is None
    for name in ("a.csv", "b.CSV"):
        (tmp_path / name).write_text("image,label\na.jpg,good\n")
    with pytest.raises(UnusableList, match=r"has 2 lists of images: a\.csv, b\.CSV\. Give the list"):
        image_set(tmp_path)


def test_a_mask_that_is_missing_is_named(tmp_path: Path) -> None:
    images(tmp_path, "a.jpg")
    found = csv_set(written(tmp_path, "image,label,mask\na.jpg,ng,m.png\n"))
    assert found.train.masks.found == {}
    assert found.train.masks.notes == [f"1 masks are listed, but there are no such files, as {tmp_path / 'm.png'}"]


def test_a_mask_whose_name_is_too_long_for_a_file_is_noted(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    (tmp_path / "list.csv").write_text(f"image,label,mask\na.png,ng,{'m' * 5000}.png\n")
    assert "masks are listed" in csv_set(tmp_path / "list.csv").train.masks.notes[0]


COCO = '{"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": []}'


@pytest.mark.parametrize(
    ("name", "content", "how"),
    [
        ("list.csv", "image,label\na.jpg,good", "write test in the column split for the images to test on"),
        ("coco.json", COCO, "give a folder with a second COCO file for the test, with test in its name"),
    ],
)
def test_a_list_without_a_test_part_is_answered_with_how_a_list_has_one(
    tmp_path: Path, name: str, content: str, how: str
) -> None:
    images(tmp_path, "a.jpg")
    (tmp_path / name).write_text(content)
    for source in (tmp_path, tmp_path / name):
        found = image_set(source)
        with pytest.raises(NoTestImages, match=f"no test images in .*: {how}$"):
            evaluate(found.train, found.test, TrainOptions())
