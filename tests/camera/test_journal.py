"""Only one client can use a journal. It survives damage and a full disk, and reports lost lines."""

import errno
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewatch.camera.journal import Journal, JournalError, state_folder
from linewatch.camera.status import ImageStatus, State
from tests.camera.conftest import Fill
from tests.camera.running import sent_by, states
from tests.camera.service import Service

MOMENT = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)


def status(name: str, state: State = State.UPLOADED, cause: str | None = None) -> ImageStatus:
    return ImageStatus(file=name, stamp=(1, 2), state=state, captured_at=MOMENT, cause=cause)


def test_a_second_client_on_the_same_journal_is_refused_and_the_first_continues(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with closing(Journal(path)) as first:
        with pytest.raises(JournalError, match="another camera client is using the journal"):
            Journal(path)
        first.append(status("a.png"))
    with closing(Journal(path)) as later:
        assert list(later.statuses) == ["a.png"]


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\0" * 4096,
        b"no JSON",
        b"\xff\xfe",
        b"[]",
        b"7",
        b"[" * 100_000,
        b'{"file": 7, "stamp": [1, 2], "state": "uploaded"}',
        b'{"file": "a", "stamp": 7, "state": "uploaded"}',
        b'{"file": "a", "stamp": [1, 2], "state": "lost"}',
        b'{"file": "a", "stamp": [1, 1e999], "state": "uploaded"}',
        b'{"file": "a", "stamp": [1, 2], "state": "uploaded", "captured_at": "soon"}',
        b'{"file": "a", "stamp": [1, 2], "state": "uploaded", "seconds": NaN}',
    ],
)
def test_a_damaged_line_is_left_out_and_reported(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    lines = [status(name).to_json().encode() for name in ("first.png", "last.png")]
    path.write_bytes(b"\n".join([lines[0], damage, lines[1], b""]))
    messages: list[str] = []
    with closing(Journal(path, messages.append)) as journal:
        assert list(journal.statuses) == ["first.png", "last.png"]
    assert [("line 2" in sentence) for sentence in messages] == ([True] if damage else [])


def test_a_line_that_a_killed_client_wrote_in_part_is_removed_and_damages_no_later_one(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    first, partly = (status(name).to_json().encode() for name in ("first.png", "partly.png"))
    path.write_bytes(first + b"\n" + partly[:20])
    with closing(Journal(path)) as journal:
        journal.append(status("later.png"))
    messages: list[str] = []
    with closing(Journal(path, messages.append)) as journal:
        assert list(journal.statuses) == ["first.png", "later.png"]
    assert messages == []


def test_a_line_that_the_disk_takes_in_pieces_is_written_whole(tmp_path: Path) -> None:
    class Pieces(FileIO):
        """Writes a few bytes at a time, as a signal or a network disk may cause."""

        def write(self, content: object) -> int:
            return super().write(bytes(content)[:7])  # type: ignore[call-overload]

    path = tmp_path / "journal.jsonl"
    with closing(Journal(path, opener=lambda file: Pieces(file, "a+"))) as journal:
        journal.append(status("a.png"))
    with closing(Journal(path)) as journal:
        assert journal.statuses == {"a.png": status("a.png")}


def test_a_line_of_another_version_with_more_and_fewer_fields_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text('{"file": "a.png", "stamp": [1, 2], "state": "inspected", "novelty": {}}\n')
    with closing(Journal(path)) as journal:
        assert journal.is_sent("a.png", (1, 2))


NAMES = st.text(st.characters(exclude_categories=[]), min_size=1)


@given(NAMES, st.sampled_from(list(State)), st.none() | st.text(), st.none() | st.floats(0, 1))
def test_what_is_written_is_read_back_the_same(name: str, state: State, text: str | None, number: float | None) -> None:
    written = ImageStatus(
        file=name, stamp=(1, 2), state=state, captured_at=MOMENT, verdict=text, cause=text, spot=text, confidence=number
    )
    assert "\n" not in written.to_json()
    assert ImageStatus.from_json(written.to_json().encode()) == written


class FullDisk(FileIO):
    """A file on a disk that is full for some writes: half of the content still fits."""

    def __init__(self, path: Path, full: Iterator[bool]) -> None:
        super().__init__(path, "a+")
        self._full = full

    def write(self, content: object) -> int:
        data = bytes(content)  # type: ignore[call-overload]
        if next(self._full):
            super().write(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


def test_while_the_disk_is_full_lines_wait_in_memory_and_are_written_later(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    messages: list[str] = []
    journal = Journal(path, messages.append, opener=lambda file: FullDisk(file, iter([False, True, True, False])))
    for name in ("a", "b", "c", "d"):
        journal.append(status(f"{name}.png"))
    journal.close()
    assert [json.loads(line)["file"] for line in path.read_text().splitlines()] == ["a.png", "b.png", "c.png", "d.png"]
    assert [sentence.partition(str(path))[2] for sentence in messages] == [
        " cannot be written (No space left on device): its lines wait in memory",
        " can be written again; no line is missing",
    ]


def test_a_disk_that_stays_full_stops_no_upload_and_lost_lines_are_reported(tmp_path: Path) -> None:
    messages: list[str] = []
    opener = lambda file: FullDisk(file, iter([True] * 9))  # noqa: E731
    journal = Journal(tmp_path / "journal.jsonl", messages.append, opener=opener)
    for name in ("a", "b"):
        journal.append(status(f"{name}.png"))
    assert journal.is_sent("b.png", (1, 2))
    journal.close()
    assert "2 lines of the journal" in messages[-1]


def test_an_image_that_fails_again_for_the_same_reason_adds_no_line(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "journal.jsonl")) as journal:
        failed = status("a.png", State.FAILED, "503 try later")
        assert [journal.append(failed), journal.append(failed)] == [True, False]
        assert journal.append(status("a.png", State.FAILED, "no answer"))
    assert (tmp_path / "journal.jsonl").read_text().count("\n") == 2


def test_a_journal_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "journal.jsonl"):
        with pytest.raises(JournalError, match="cannot be opened"):
            Journal(path)


@pytest.mark.parametrize(("named", "kept"), [("{}/state", "{}/state/linewatch"), ("relative", None), ("", None)])
def test_the_journal_s_folder_is_that_of_the_xdg_standard(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str, kept: str | None
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", named.format(tmp_path))
    assert state_folder() == Path((kept or "{}/.local/state/linewatch").format(tmp_path))


def test_a_damaged_journal_stops_no_camera(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(3)
    sent_by(service.api(), tmp_path / "shots")
    journal = tmp_path / "journal.jsonl"
    lines = journal.read_bytes().splitlines()
    journal.write_bytes(b"\n".join([lines[0], lines[1][:40], lines[2], b""]))
    service.calls.clear()
    assert states(sent_by(service.api(), tmp_path / "shots")) == [State.UPLOADED] * 3
    assert service.calls["PUT"] == 1
    assert len(service.objects) == 3
