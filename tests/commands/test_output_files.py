"""Outputs are tried before the work begins, and are whole or not there at all."""

import os
import resource
import stat
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from linewatch.__main__ import main
from linewatch.commands.output_files import MODEL, REPORT, check_output, write_output
from linewatch.samples import Counts, write


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of drawn parts to train and test on."""
    folder = tmp_path_factory.mktemp("sets") / "parts"
    write(folder, {"train": Counts(10, 3), "test": Counts(2, 2)}, seed=1, drawn=lambda _path: None)
    return folder


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder where no file may grow above half a megabyte: what the system answers then stands for a full disk."""
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / "other").write_bytes(b"1")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, hard))
    yield disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def contents(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_missing_folders_are_made_and_the_file_is_written(parts: Path, tmp_path: Path) -> None:
    model, report = tmp_path / "a" / "b" / "m.safetensors", tmp_path / "c" / "r.html"
    assert (
        run("train", parts, "--size", "64", "--features", "filters", "--out", model, "--report", report).exit_code == 0
    )
    assert contents(model.parent) == ["m.safetensors"]
    assert report.read_text().startswith("<!")
    moved = tmp_path / "d" / "m.safetensors"
    assert run("model", "threshold", model, "--to", "0.4", "--out", moved).exit_code == 0
    assert moved.stat().st_size == model.stat().st_size


@pytest.mark.parametrize("name", ["file/m.safetensors", "x" * 300 + ".safetensors", "m.html", "m.png"])
def test_an_output_that_cannot_be_is_refused_before_the_work(parts: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    answer = run("train", parts, "--out", tmp_path / name)
    assert answer.exit_code in {1, 2}
    assert "Error: " in answer.stderr
    assert "Traceback" not in answer.stderr
    assert contents(tmp_path) == ["file"]


@pytest.mark.parametrize("command", [["train", "--out", "m.safetensors"], ["evaluate"]])
def test_a_report_that_cannot_be_written_is_refused_before_the_work(
    parts: Path, tmp_path: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    answer = run(*command, parts, "--report", tmp_path / "file" / "r.html")
    assert answer.exit_code == 1
    assert f"{tmp_path / 'file'} cannot be written: it is a file and no folder" in answer.stderr
    assert contents(tmp_path) == ["file"]


def test_one_file_is_not_written_twice(parts: Path, tmp_path: Path) -> None:
    answer = run("train", parts, "--out", tmp_path / "x", "--report", tmp_path / "x")
    assert answer.exit_code == 2
    assert "would be written over" in answer.stderr


def test_a_full_disk_is_said_before_the_work(parts: Path, full_disk: Path) -> None:
    answer = run("train", parts, "--out", full_disk / "m.safetensors")
    assert answer.exit_code == 1
    assert "cannot be written: File too large" in answer.stderr
    assert contents(full_disk) == ["other"]


def test_a_disk_that_fills_up_leaves_the_old_file_and_no_half_one(full_disk: Path) -> None:
    (full_disk / "m.safetensors").write_bytes(b"old")
    with pytest.raises(click.ClickException, match="File too large"):
        write_output(full_disk / "m.safetensors", bytes(3_000_000))
    assert contents(full_disk) == ["m.safetensors", "other"]
    assert (full_disk / "m.safetensors").read_bytes() == b"old"


def test_samples_are_not_begun_where_there_is_no_room(full_disk: Path) -> None:
    assert "cannot be written: File too large" in run("samples", full_disk / "parts").stderr
    assert [path for path in full_disk.rglob("*") if path.is_file()] == [full_disk / "other"]


def test_samples_come_whole_and_say_how_many_they_are(tmp_path: Path) -> None:
    few = ["--normal", "2", "--anomaly", "1", "--test-normal", "1", "--test-anomaly", "0"]
    assert "drew 3 images to train on and 1 to test with" in run("samples", tmp_path / "new", *few).stderr
    assert contents(tmp_path / "new") == ["masks", "test", "train"]
    assert "exists already" in run("samples", tmp_path / "new", *few).stderr
    assert run("samples", tmp_path / "none", "--normal", "-1").exit_code == 2
    none = ["--normal", "0", "--anomaly", "0", "--test-normal", "0", "--test-anomaly", "0"]
    assert "nothing to draw" in run("samples", tmp_path / "none", *none).stderr


def test_a_new_file_has_the_usual_permissions_and_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write_output(tmp_path / "new", b"1")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode
    (tmp_path / "link").symlink_to("new")
    write_output(tmp_path / "link", b"2")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "new").read_bytes() == b"2"


def test_a_device_is_written_to_and_not_replaced() -> None:
    check_output(Path(os.devnull), REPORT)
    write_output(Path(os.devnull), b"1")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_another_suffix_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check_output(tmp_path / "m.npz", MODEL)
    assert "m.npz will be a .safetensors file" in capsys.readouterr().err
    check_output(tmp_path / "m.safetensors", MODEL)
    assert capsys.readouterr().err == ""


def test_a_private_file_is_for_nobody_else_to_read_from_its_first_byte_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it has its name it has none of the permissions of other files."""
    modes: list[int] = []
    monkeypatch.setattr(Path, "replace", lambda self, target: modes.append(self.stat().st_mode & 0o777))
    write_output(tmp_path / "key.pem", b"secret", private=True)
    assert modes == [0o600]
