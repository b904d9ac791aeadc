"""The set-up of a new checkout."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from linewatch.project import ROOT

TOOLS = ("bash", "cat", "cksum", "dirname", "sed")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with nothing installed."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup.sh", tmp_path / "scripts")
    for file in (ROOT / "pyproject.toml", *ROOT.glob("requirements*.txt")):
        shutil.copy(file, tmp_path)
    return tmp_path


def set_up(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Run the set-up on a machine with the shell's tools and without Python."""
    tools = checkout / "bin"
    tools.mkdir(exist_ok=True)
    for tool in TOOLS:
        (tools / tool).unlink(missing_ok=True)
        (tools / tool).symlink_to(str(shutil.which(tool)))
    environment = {"PATH": str(tools), "HOME": str(checkout)}
    command = [str(checkout / "scripts" / "setup.sh")]
    return subprocess.run([str(tools / "bash"), *command], env=environment, capture_output=True, text=True, check=False)


def test_a_machine_without_a_suitable_python_gets_advice_what_to_install(checkout: Path) -> None:
    run = set_up(checkout)
    assert run.returncode == 1
    assert "needs Python 3.12 to 3.13" in run.stderr
    assert "apt install" in run.stderr
    assert not (checkout / ".venv").exists()


def test_every_python_that_is_allowed_runs_on_lambda() -> None:
    from cfnlint.data import AdditionalSpecs  # imported here, because it takes a second
    from cfnlint.helpers import load_resource

    allowed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    match = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", allowed)
    assert match is not None
    least, below = map(int, match.groups())
    known = load_resource(AdditionalSpecs, "LmbdRuntimeLifecycle.json")
    assert {f"python3.{minor}" for minor in range(least, below)} <= known.keys()
    assert least <= sys.version_info.minor < below


def test_a_machine_that_is_set_up_is_not_changed_until_the_requirements_change(checkout: Path) -> None:
    for environment in (".venv", ".emulator-venv"):
        (checkout / environment / "bin").mkdir(parents=True)
        (checkout / environment / "bin" / "python").write_text("#!/bin/false\n")
        (checkout / environment / "bin" / "python").chmod(0o755)
    wanted = subprocess.run(
        "(cat requirements*.txt scripts/setup.sh; echo 12 14) | cksum",
        shell=True,
        cwd=checkout,
        capture_output=True,
        check=True,
    )
    (checkout / ".venv" / ".wanted").write_bytes(wanted.stdout)
    run = set_up(checkout)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    with (checkout / "requirements.txt").open("a") as requirements:
        requirements.write("another==1.0\n")
    assert set_up(checkout).returncode == 1
