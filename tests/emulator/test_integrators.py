"""The examples of docs/guide/integrators.md work as they stand."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.test_integrators import examples
from tests.emulator.images import a_photograph
from tests.emulator.plant import Plant

pytestmark = pytest.mark.emulator


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
def test_the_examples_in_curl_print_the_answers(run: Callable[[list[str]], str]) -> None:
    inspect, detect = examples("bash")
    assert '"verdict":"normal"' in run(["bash", "-c", inspect])
    assert json.loads(run(["bash", "-c", detect]))["DetectAnomalyResult"]["IsAnomalous"] is False


def test_the_examples_in_python_print_the_verdicts(run: Callable[[list[str]], str]) -> None:
    assert [run([sys.executable, "-c", example]) for example in examples("python")] == ["normal\n", "False\n"]


@pytest.mark.skipif(not shutil.which("pwsh"), reason="PowerShell is not installed")
def test_the_examples_in_powershell_print_the_verdicts(run: Callable[[list[str]], str]) -> None:
    said = [run(["pwsh", "-NoProfile", "-Command", example]) for example in examples("powershell")]
    assert [each.strip() for each in said] == ["normal", "False"]


@pytest.mark.skipif(not shutil.which("dotnet"), reason=".NET is not installed")
def test_the_examples_in_csharp_print_the_verdicts(run: Callable[[list[str]], str], tmp_path: Path) -> None:
    run(["dotnet", "new", "console", "--output", "."])
    said = []
    for example in examples("csharp"):
        (tmp_path / "Program.cs").write_text(example)
        said.append(run(["dotnet", "run"]).strip())
    assert said == ["normal", "False"]
