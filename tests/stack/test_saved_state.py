"""A kill or a full disk at any time leaves the last complete saved state and every complete line of the journal."""

import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import pytest

from linewatch.stack.saved_state import (
    CONTENTS,
    ITEMS,
    QUEUES,
    Journal,
    SavedStates,
    damage,
    entries,
    replace,
    write_or_link,
)

VERSION = "1.2.3"


def writes(**files: str) -> Callable[[Path], None]:
    """A function that writes these JSON files."""

    def fill(folder: Path) -> None:
        for name, content in files.items():
            (folder / f"{name}.json").write_text(content)

    return fill


def save_and_die(folder: Path) -> None:
    """Write a saved state and end, without any cleaning up, when half of it is written."""

    def fill(unfinished: Path) -> None:
        writes(sqs="half")(unfinished)
        os._exit(9)

    SavedStates(folder).write(VERSION, fill)


@contextmanager
def full_disk(largest: int) -> Iterator[None]:
    """Let this process make no file longer than this, as a stand-in for a disk that is full."""
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, unlimited[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)


def test_only_the_last_saved_state_stays(tmp_path: Path) -> None:
    states = SavedStates(tmp_path / "states")
    assert states.last() is None
    for number in range(1, 12):
        states.write(VERSION, writes(iam=str(number)))
    assert [path.name for path in (tmp_path / "states").iterdir()] == ["11"]
    assert (tmp_path / "states" / "11" / "iam.json").read_text() == "11"


def test_a_kill_in_the_middle_of_saving_leaves_the_state_before(tmp_path: Path) -> None:
    states = SavedStates(tmp_path)
    first = states.write(VERSION, writes(sqs="whole"))
    process = get_context("fork").Process(target=save_and_die, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert states.last() == first
    assert damage(first, VERSION) is None
    assert states.write(VERSION, writes(sqs="next")).name == "2"


def test_a_disk_that_is_full_leaves_the_state_before(tmp_path: Path) -> None:
    states = SavedStates(tmp_path)
    first = states.write(VERSION, writes(sqs="whole"))
    with full_disk(10), pytest.raises(OSError, match="too large"):
        states.write(VERSION, writes(sqs="x" * 100))
    assert (states.last(), list(tmp_path.iterdir())) == (first, [first])


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda saved: (saved / "iam.json").unlink(), "iam.json is missing"),
        (lambda saved: (saved / "iam.json").write_text(""), "iam.json is missing or has another size"),
        (lambda saved: (saved / CONTENTS).unlink(), "table of contents cannot be read"),
        (lambda saved: (saved / CONTENTS).write_text("[]"), "table of contents cannot be read"),
        (lambda saved: (saved / CONTENTS).write_text(json.dumps({"ministack": "9.0", "sizes": {}})), "ministack 9.0"),
    ],
)
def test_a_damaged_state_or_one_of_another_version_is_refused_with_its_reason(
    tmp_path: Path, harm: Callable[[Path], object], reason: str
) -> None:
    saved = SavedStates(tmp_path).write(VERSION, writes(iam="1", sqs="2"))
    assert damage(saved, VERSION) is None
    harm(saved)
    assert reason in str(damage(saved, VERSION))


def test_the_queues_and_the_journal_may_change_after_saving(tmp_path: Path) -> None:
    saved = SavedStates(tmp_path).write(VERSION, writes(iam="1", sqs="2"))
    replace(saved / QUEUES, "longer than before")
    Journal(saved / ITEMS).append([1])
    assert damage(saved, VERSION) is None


def test_a_journal_keeps_all_lines_and_cuts_off_an_incomplete_one(tmp_path: Path) -> None:
    file = tmp_path / ITEMS
    assert list(entries(file)) == []
    journal = Journal(file)
    journal.append(["one"])
    journal.append(["two\n"])
    journal.close()
    with file.open("ab") as torn:
        torn.write(b'["thr')
    assert list(entries(file)) == [["one"], ["two\n"]]
    again = Journal(file)
    again.append(["four"])
    assert list(entries(file)) == [["one"], ["two\n"], ["four"]]
    assert again.size == file.stat().st_size


def test_a_file_that_did_not_change_is_linked_and_outlives_the_earlier_state(tmp_path: Path) -> None:
    earlier, same, other = tmp_path / "earlier", tmp_path / "same", tmp_path / "other"
    write_or_link(earlier, "as before", None)
    write_or_link(same, "as before", earlier)
    write_or_link(other, "changed", earlier)
    assert same.samefile(earlier)
    replace(earlier, "replaced")
    earlier.unlink()
    assert (same.read_text(), other.read_text()) == ("as before", "changed")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems may write nothing instead of a part")
def test_a_line_that_does_not_fit_on_the_disk_is_refused_and_leaves_no_part(tmp_path: Path) -> None:
    journal = Journal(tmp_path / ITEMS)
    journal.append(["one"])
    with full_disk(20), pytest.raises(OSError, match=r"No space|too large"):
        journal.append(["x" * 100])
    journal.append(["two"])
    assert list(entries(tmp_path / ITEMS)) == [["one"], ["two"]]
