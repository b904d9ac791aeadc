"""Fixtures: a fake service, and a camera's folder."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.camera.service import Service

type Fill = Callable[..., list[Path]]


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """Put this number of images into `tmp_path / "shots"`, each with its own colour."""
    folder = tmp_path / "shots"
    folder.mkdir()

    def images(count: int, first: int = 0) -> list[Path]:
        files = [folder / f"part-{number:03d}.png" for number in range(first, first + count)]
        for number, file in enumerate(files, first):
            Image.new("RGB", (16, 16), (number % 256, number // 256, 7)).save(file)
        return files

    return images
