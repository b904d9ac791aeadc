"""Every command of the README works in a new checkout."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
ITSELF = "make test"
"""This command runs this test, so the test cannot run it; CI does."""

pytestmark = pytest.mark.emulator


def blocks() -> list[str]:
    """The README's shell blocks, in order."""
    return re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the project's tracked files, with links to the existing environments and packages."""
    folder = tmp_path_factory.mktemp("checkout") / "linewatch"
    tracked = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    for name in tracked.split("\0"):
        if name and (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for made in (".venv", ".emulator-venv", "build"):
        (folder / made).symlink_to(ROOT / made)
    yield folder
    subprocess.run(["make", "down"], cwd=folder, check=False)


def test_the_readme_names_its_two_commands_first() -> None:
    assert [block.strip() for block in blocks()[:2]] == ["make demo", ITSELF]
    assert ITSELF in (ROOT / ".ci" / "run").read_text()


def test_every_command_of_the_readme_runs(checkout: Path, tmp_path: Path) -> None:
    commands = "\n".join(block for block in blocks() if block.strip() != ITSELF)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LINEWATCH_", "AWS_"))}
    environment["HOME"] = str(tmp_path)  # the camera keeps its journal there
    run = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", commands],
        cwd=checkout,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    assert "All 60 images have a verdict and a row in the lake." in run.stdout + run.stderr
