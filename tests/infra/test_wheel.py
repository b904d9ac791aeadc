"""The installed package works without the checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from linewatch.project import ROOT, version

pytestmark = pytest.mark.emulator


class Installed:
    """Linewatch in its own environment with its own home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scripts = folder / "env" / "bin"
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(folder / "env")], check=True)
        install = [*uv, "pip", "install", "--quiet", "--python", str(self.scripts / "python"), str(ROOT)]
        subprocess.run(install, check=True)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        state = {"XDG_STATE_HOME": str(self.folder / "state"), "PYTHONPATH": ""}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LINEWATCH_"))}
        command = [str(self.scripts / "linewatch"), *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=kept | state, capture_output=True, text=True, timeout=300, check=False
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The package, built from this checkout."""
    return Installed(tmp_path_factory.mktemp("installed"))


def test_the_console_script_knows_its_version_and_its_commands(installed: Installed) -> None:
    assert installed.run("--version").stdout == f"linewatch {version()}\n"
    assert "Inspect image files with a model file" in installed.run("detect", "--help").stdout
    assert installed.run("measure", "bench", "--help").returncode == 0


def test_samples_are_drawn(installed: Installed) -> None:
    few = ("--normal", "2", "--anomaly", "1", "--test-normal", "1", "--test-anomaly", "1")
    ended = installed.run("samples", "parts", *few)
    assert ended.returncode == 0, ended.stderr
    assert len(list((installed.folder / "parts" / "train").rglob("*.jpg"))) == 3


def test_a_command_without_its_extra_names_the_extra(installed: Installed) -> None:
    ended = installed.run("measure", "scale", "--check")
    assert ended.returncode == 1
    assert ended.stderr == "Error: this needs simpy: pip install 'linewatch[measure]'\n"


def test_the_local_aws_is_installed_started_and_stopped(installed: Installed) -> None:
    started = installed.run("up", "--local", "wheel", "--json")
    try:
        assert started.returncode == 0, started.stderr
        assert "installing the local AWS into" in started.stderr
        assert installed.run("key", "list", "--local", "wheel", "--json").stdout == "[]\n"
    finally:
        stopped = installed.run("down", "--local", "wheel")
    assert stopped.stdout.startswith("stopped"), stopped.stderr
    assert {path.name for path in (installed.folder / "state" / "linewatch").iterdir()} >= {".linewatch", "build"}
