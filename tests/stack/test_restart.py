"""A restart ends what is left of the emulator before, and nothing else; and it compares all days that need it."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from linewatch.stack import local
from linewatch.stack.emulator import Emulator, NotSaved, StateUnusable
from linewatch.stack.installation import emulator_version
from linewatch.stack.processes import end, started_with
from linewatch.stack.repair import days_since
from linewatch.stack.saved_state import CONTENTS, SavedStates
from linewatch.stack.target import Target


@contextmanager
def process(**environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that sleeps."""
    with subprocess.Popen(["/bin/sleep", "60"], env=environment, start_new_session=True) as running:
        try:
            yield running
        finally:
            running.kill()


def test_left_over_workers_are_ended_and_a_process_with_a_reused_id_is_not(tmp_path: Path) -> None:
    emulator = Emulator(tmp_path)
    mark = str(tmp_path / "tmp")
    with process(TMPDIR=mark) as worker, process(TMPDIR=f"{mark}-of-another") as other:
        (tmp_path / "emulator.pid").write_text(str(other.pid))
        assert started_with(f"TMPDIR={mark}") == [worker.pid]
        emulator.kill()
        assert worker.poll() is not None
        assert other.poll() is None


def test_nothing_to_end_is_no_error(tmp_path: Path) -> None:
    assert end(f"TMPDIR={tmp_path}") == 0


def test_looking_whether_it_runs_creates_nothing_and_disturbs_nobody(tmp_path: Path) -> None:
    emulator = Emulator(tmp_path / "stack")
    assert not emulator.running()
    assert not emulator.folder.exists()
    emulator.folder.mkdir()
    with (emulator.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        assert not emulator.running()
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert emulator.running()


@pytest.mark.parametrize("text", ["", "12x", "-1"])
def test_a_port_that_cannot_be_read_is_forgotten(tmp_path: Path, text: str) -> None:
    (tmp_path / "port").write_text(text)
    assert Emulator(tmp_path).last_port() is None


@pytest.mark.parametrize("folder", ["images/plates", "models"])
def test_images_or_models_without_their_state_are_never_deleted_unasked(tmp_path: Path, folder: str) -> None:
    emulator = Emulator(tmp_path / "mine")
    kept = emulator.folder / "s3" / "000000000000" / "linewatch-local-000000000000" / folder
    kept.mkdir(parents=True)
    with pytest.raises(StateUnusable, match="was not saved; `linewatch up --local mine --fresh` begins anew"):
        emulator.start()
    assert kept.exists()


def test_a_state_of_another_version_is_refused_with_a_sentence(tmp_path: Path) -> None:
    emulator = Emulator(tmp_path / "mine")
    emulator.states.write("0.1", lambda folder: None)
    with pytest.raises(StateUnusable, match=r"ministack 0\.1 wrote it, and this is ministack .*; .* --fresh"):
        emulator.start()
    shutil.rmtree(emulator.folder / "states" / "1")
    (emulator.folder / "states" / "1").mkdir()
    with pytest.raises(StateUnusable, match=f"{CONTENTS}"):
        emulator.start()


def test_the_state_that_earlier_versions_saved_is_adopted(tmp_path: Path) -> None:
    emulator = Emulator(tmp_path)
    (tmp_path / "state" / "lambda-blobs").mkdir(parents=True)
    (tmp_path / "state" / "cloudformation.json").write_text("{}")
    emulator._prepare()
    saved = SavedStates(tmp_path / "states").last()
    assert saved is not None
    assert (saved / "cloudformation.json").read_text() == "{}"
    assert emulator_version() in (saved / CONTENTS).read_text()
    assert not (tmp_path / "state").exists()


def test_an_upload_that_a_kill_interrupted_is_deleted_and_confirmed_ones_stay(tmp_path: Path) -> None:
    bucket = tmp_path / "s3" / "000000000000" / "linewatch-local-000000000000"
    (bucket / "lake").mkdir(parents=True)
    old = tmp_path / "s3" / ".versions" / "000000000000" / "old"
    old.mkdir(parents=True)
    kept = [
        bucket / "whole",
        bucket / "whole.meta.json",
        bucket / "lake" / "x",
        bucket / "lake" / "x.meta.json",
        old / "1",
    ]
    halves = [bucket / "half", bucket / "lake" / "y", bucket / "next.tmp", bucket / "next.meta.json.tmp"]
    for path in kept + halves:
        path.write_text("")
    emulator = Emulator(tmp_path)
    emulator.states.write(emulator_version(), lambda folder: None)
    emulator._prepare()
    assert {path for path in (tmp_path / "s3").rglob("*") if path.is_file()} == set(kept)


def test_an_emulator_that_does_not_answer_has_not_saved(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("9")
    with pytest.raises(NotSaved, match="does not answer"):
        Emulator(tmp_path).save(always=True)


def test_one_start_at_a_time_works_on_a_stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(local, "STACKS", tmp_path)
    order: list[str] = []

    def second() -> None:
        with local._alone("mine", order.append):
            order.append("second")

    with local._alone("mine", order.append):
        thread = Thread(target=second)
        thread.start()
        while not order:
            pass
        order.append("first ends")
    thread.join()
    assert order == ["waiting for another `up` or `down` of 'mine'", "first ends", "second"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_half_deleted_is_not_a_stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(local, "STACKS", tmp_path)
    (tmp_path / ".mine.deleted" / "states").mkdir(parents=True)
    (tmp_path / "mine" / "states").mkdir(parents=True)
    local._delete(Emulator(tmp_path / "mine"), everything=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"of": "another version"}'])
def test_a_file_of_a_stack_that_cannot_be_read_counts_as_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    monkeypatch.setattr(local, "STACKS", tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "stack.json").write_text(content)
    assert local._read("mine") is None


@pytest.mark.parametrize(
    ("ended", "first", "count"),
    [
        (datetime(2026, 3, 10, 0, 5, tzinfo=UTC), date(2026, 3, 9), 2),
        (datetime(2026, 3, 6, 23, 0, tzinfo=UTC), date(2026, 3, 5), 6),
        (datetime(2025, 1, 1, tzinfo=UTC), date(2026, 2, 7), 32),
        (datetime(2027, 1, 1, tzinfo=UTC), date(2026, 3, 9), 2),
    ],
    ids=["today", "before a weekend", "a year ago", "a clock that was wrong"],
)
def test_the_comparison_covers_the_days_since_the_end(ended: datetime, first: date, count: int) -> None:
    days = days_since(ended, date(2026, 3, 10))
    assert (days[-1], days[0], len(days)) == (first, date(2026, 3, 10), count)


def test_the_launcher_needs_nothing_that_the_emulators_python_does_not_have() -> None:
    names = "saved_state", "items"
    code = "import sys; sys.path.append(sys.argv[1]); " + "; ".join(f"import linewatch.stack.{name}" for name in names)
    python = [sys.executable, "-I", "-S", "-c", code, str(Path(local.__file__).parents[2])]
    subprocess.run(python, check=True, env={"PATH": os.environ["PATH"]})


def test_no_proxy_of_the_environment_stands_between_us_and_the_emulator(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with ThreadingHTTPServer(("127.0.0.1", 0), Saves) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        (tmp_path / "port").write_text(str(server.server_port))
        Emulator(tmp_path).save(always=True)
        server.shutdown()


def test_processes_that_work_on_a_local_stack_use_no_proxy_for_it() -> None:
    local_target = Target("local", "000000000000", "us-east-1", "http://127.0.0.1:4566")
    assert local_target.environment["NO_PROXY"] == local_target.environment["no_proxy"] == "127.0.0.1,localhost"
    assert "NO_PROXY" not in Target("production", "123456789012", "eu-west-1").environment


class Saves(BaseHTTPRequestHandler):
    """Answers as an emulator that has saved its state."""

    def do_GET(self) -> None:
        """200 for the request to save, else 404."""
        self.send_response(200 if self.path == "/_linewatch/save" else 404)
        self.end_headers()
