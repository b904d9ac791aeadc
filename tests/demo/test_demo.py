"""The demonstration reports every problem, and sends the images that it was asked to send."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image
from rich.console import Console

from chalicelib.projects.domain import DatasetType
from linewatch.__main__ import main
from linewatch.camera.status import ImageStatus, State
from linewatch.demo.account import Account
from linewatch.demo.images import NoImages, label_of, linked, to_learn, unseen_in
from linewatch.demo.sheet import COLUMNS, TILE, contact_sheet
from linewatch.demo.summary import figures, show
from linewatch.samples import Counts
from linewatch.samples.files import samples


def status(file: str, verdict: str | None, seconds: float = 1.0) -> ImageStatus:
    sent = ImageStatus(file=file, stamp=(1, 1), state=State.UPLOADED, inspection_id=file, captured_at=datetime.now(UTC))
    if verdict is None:
        return sent
    return replace(sent, state=State.INSPECTED, verdict=verdict, confidence=0.5, seconds=seconds)


STATUSES = [
    status("00000-normal-a.png", "normal"),
    status("00000-normal-b.png", "anomalous"),
    status("00000-anomaly-c.png", "normal"),
    status("00000-anomaly-d.png", "anomalous"),
    status("00000-anomaly-e.png", "rejected"),
    status("00000-anomaly-f.png", "failed"),
]


def account_of(statuses: list[ImageStatus], rows: int, compacted: int) -> Account:
    return Account(statuses, rows, compacted, {"linewatch-local-inspection-dlq": 0})


def test_an_image_with_any_verdict_is_no_problem() -> None:
    assert account_of(STATUSES, 6, 6).problems == []


def test_an_image_without_a_verdict_is_a_problem() -> None:
    [problem] = account_of([*STATUSES, status("00000-normal-g.png", None)], 6, 6).problems
    assert problem == "00000-normal-g.png is uploaded: it has no verdict"


@pytest.mark.parametrize(("rows", "compacted", "when"), [(5, 6, "before"), (6, 7, "after")])
def test_a_wrong_number_of_rows_is_a_problem(rows: int, compacted: int, when: str) -> None:
    [problem] = account_of(STATUSES, rows, compacted).problems
    assert when in problem


def test_files_with_the_same_content_have_one_row() -> None:
    copy = replace(STATUSES[0], file="00000-normal-copy.png")
    assert account_of([*STATUSES, copy], 6, 6).problems == []


def test_percentiles_are_of_the_seconds_to_the_verdict() -> None:
    account = account_of([status("00000-normal-a.png", "normal", float(second)) for second in range(101)], 1, 1)
    assert (account.percentile(50), account.percentile(95)) == (50, 95)


def test_the_summary_shows_wrong_verdicts_and_problems() -> None:
    output = StringIO()
    show(account_of(STATUSES, 6, 6), Console(file=output, width=100))
    assert "2 of 6 as labelled" in output.getvalue()
    assert "All 6 images have a verdict and a row in the lake" in output.getvalue()
    show(account_of([status("00000-normal-a.png", None)], 0, 0), Console(file=output, width=100))
    assert "problem: 00000-normal-a.png" in output.getvalue()


def test_an_unfamiliar_image_is_counted_apart_and_is_in_no_rate(tmp_path: Path) -> None:
    output = StringIO()
    unfamiliar = replace(status("00000-normal-u.png", "unfamiliar"), confidence=None)
    show(account_of([*STATUSES, unfamiliar], 7, 7), Console(file=output, width=100))
    assert "2 of 6 as labelled" in output.getvalue()
    assert re.search(r"unfamiliar +1\b", output.getvalue())
    assert re.search(r"inspected +4\b", output.getvalue())
    for name in "un":
        Image.new("RGB", (40, 30), "white").save(tmp_path / f"00000-normal-{name}.png")
    sheet = contact_sheet([unfamiliar, status("00000-normal-n.png", "a verdict of a later version")], tmp_path)
    assert [sheet.getpixel((index * TILE[0] + 4, 60)) for index in (0, 1)] == [(217, 164, 65), (139, 147, 161)]


def test_json_has_the_same_figures() -> None:
    fields = json.loads(json.dumps(figures(account_of(STATUSES, 6, 6))))
    assert (fields["sent"], fields["rows"], fields["rows_compacted"]) == (len(STATUSES), 6, 6)
    assert sum(sum(counts.values()) for counts in fields["verdicts"].values()) == len(STATUSES)
    assert fields["problems"] == account_of(STATUSES, 6, 6).problems


def test_the_contact_sheet_frames_each_image_by_its_verdict(tmp_path: Path) -> None:
    for name in ("a", "b"):
        Image.new("RGB", (40, 30), "white").save(tmp_path / f"00000-normal-{name}.png")
    sheet = contact_sheet(STATUSES[:2], tmp_path)
    assert sheet.size == (COLUMNS * TILE[0], TILE[1])
    assert [sheet.getpixel((index * TILE[0] + 4, 60)) for index in (0, 1)] == [(47, 165, 107), (224, 87, 79)]


def set_of(folder: Path, normal: int, anomaly: int) -> Path:
    (folder / "train" / "normal").mkdir(parents=True)
    (folder / "train" / "normal" / "a.png").touch()
    for label, count in (("normal", normal), ("anomaly", anomaly)):
        (folder / "test" / label).mkdir(parents=True)
        for number in range(count):
            (folder / "test" / label / f"{number:03d}.png").touch()
    return folder


def test_fewer_images_keep_the_proportion_of_all(tmp_path: Path) -> None:
    chosen = unseen_in(set_of(tmp_path, 100, 50), 30)
    assert {label: len(files) for label, files in chosen.items()} == {"normal": 20, "anomaly": 10}
    assert chosen["normal"][1].name == "005.png"


def test_all_images_are_taken_without_a_limit(tmp_path: Path) -> None:
    assert sum(map(len, unseen_in(set_of(tmp_path, 7, 3), None).values())) == 10


def test_a_folder_without_test_images_is_an_error_that_says_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(NoImages, match="give a folder with train/ and test/"):
        unseen_in(set_of(tmp_path, 0, 0), None)


def test_a_wrong_folder_ends_the_command_before_anything_starts(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["demo", "--images", str(tmp_path), "--local", "never-started"])
    assert result.exit_code == 1
    assert "has no images: give a folder with train/ and test/" in result.output


def x(tmp_path: Path) -> None:
    one, other = tmp_path / "1" / "a.png", tmp_path / "2" / "a.png"
    for file in (one, other):
        file.parent.mkdir()
        file.write_text(file.parent.name)
    folder = linked({"normal": [one, other], "anomaly": []}, tmp_path / "camera")
    assert sorted(file.read_text() for file in folder.iterdir()) == ["1", "2"]


def test_normal_and_anomalous_images_alternate(tmp_path: Path) -> None:
    files = unseen_in(set_of(tmp_path, 6, 3), None)
    labels = [label_of(file.name) for file in sorted(linked(files, tmp_path / "camera").iterdir())]
    assert labels == ["anomaly", "normal", "normal"] * 3


def test_samples_are_drawn_once(tmp_path: Path) -> None:
    folder = samples(tmp_path, 1, Counts(1, 0))
    [unseen] = unseen_in(folder, None)["normal"]
    drawn_at = unseen.stat().st_mtime_ns
    assert samples(tmp_path, 1, Counts(1, 0)) == folder
    assert unseen.stat().st_mtime_ns == drawn_at


def sets_of(folder: Path, **parts: tuple[int, int]) -> Path:
    for part, counts in parts.items():
        for label, count in zip(("normal", "anomaly"), counts, strict=True):
            (folder / part / label).mkdir(parents=True)
            for number in range(count):
                (folder / part / label / f"{number:03d}.png").touch()
    return folder


def test_the_model_learns_from_training_images_only(tmp_path: Path) -> None:
    found = to_learn(sets_of(tmp_path, train=(20, 10), test=(5, 5)))
    assert [each.of for each in found.examples] == [DatasetType.TRAIN] * 30


def test_few_training_images_are_evaluated_on_the_test_images(tmp_path: Path) -> None:
    found = to_learn(sets_of(tmp_path, train=(10, 0), test=(10, 10)))
    assert Counter(each.of for each in found.examples) == {DatasetType.TRAIN: 10, DatasetType.TEST: 20}


def test_too_few_images_are_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(NoImages, match="add 1 more normal images in the train data set"):
        to_learn(sets_of(tmp_path, train=(9, 0), test=(10, 10)))
