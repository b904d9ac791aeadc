"""The demo, as a new user runs it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from linewatch.stack.local import folder_of

pytestmark = pytest.mark.emulator

NAME = f"test-demo-{os.getpid()}"


@pytest.fixture
def folder() -> Iterator[Path]:
    """The folder of this demo's stack."""
    yield folder_of(NAME)
    shutil.rmtree(folder_of(NAME))


def test_the_demo_accounts_for_every_image(folder: Path) -> None:
    arguments = ["demo", "--count", "6", "--local", NAME]
    ended = subprocess.run(
        [sys.executable, "-m", "linewatch", *arguments], capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "All 6 images have a verdict and a row in the lake." in ended.stdout
    statuses = [json.loads(line) for line in (folder / "camera.jsonl").read_text().splitlines()]
    assert {status["file"] for status in statuses if status["verdict"] in {"normal", "anomalous"}} == {
        file.name for file in (folder / "camera").iterdir()
    }
    assert (folder / "images.png").exists()
