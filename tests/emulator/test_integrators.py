"""The examples of docs/guide/integrators.md work as they stand."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from linewatch.project import ROOT
from tests.emulator.images import a_photograph
from tests.emulator.plant import Plant

pytestmark = pytest.mark.emulator

GUIDE = ROOT / "docs" / "guide" / "integrators.md"


def example(language: str) -> str:
    [block] = re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    return str(block)


@pytest.fixture
def run(plant: Plant, tmp_path: Path) -> Callable[[list[str]], str]:
    """Run a command as an integrator does, beside a `part.jpg`; its output."""
    (tmp_path / "part.jpg").write_bytes(a_photograph().content)
    environment = os.environ | {
        "LINEWATCH_URL": str(plant.stack.api_url),
        "LINEWATCH_KEY": plant.token,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }

    def run(command: list[str]) -> str:
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_example_in_curl_prints_the_inspection(run: Callable[[list[str]], str]) -> None:
    assert '"verdict":"normal"' in run(["bash", "-c", example("bash")])


def test_the_example_in_python_prints_the_verdict(run: Callable[[list[str]], str]) -> None:
    assert run([sys.executable, "-c", example("python")]) == "normal\n"
