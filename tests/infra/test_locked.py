"""The locked requirements: every package by version and hash, and one version everywhere."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from linewatch.project import ROOT

FILES = sorted(ROOT.glob("requirements*.txt"), key=lambda file: file.name)
DEPLOYED = (
    "requirements.txt",
    "requirements-vision.txt",
    "requirements-training.txt",
    "requirements-lake.txt",
    "requirements-tracing.txt",
)


def entries(file: Path) -> list[str]:
    """The packages of a file, each in one line with its hashes."""
    lines = file.read_text().replace("\\\n", " ").splitlines()
    return [line for line in lines if line[0] not in "# "]


def locked(name: str) -> dict[str, str]:
    """Version by package."""
    return dict(line.split()[0].split("==") for line in entries(ROOT / name))


def stated() -> list[str]:
    """The requirements of pyproject.toml with a version, but for the tools that have environments of their own."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = {**project["project"]["optional-dependencies"], **project["dependency-groups"]}
    del groups["peer"], groups["checkov"], groups["lookout"]
    groups["emulator"] = project["project"]["dependencies"]
    return [each for group in groups.values() for each in group if "==" in each]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_package_is_locked_by_version_and_hash(file: Path) -> None:
    assert entries(file)
    for line in entries(file):
        assert re.match(r"[\w.-]+==[\w.]+ .*--hash=sha256:[0-9a-f]{64}", line), line


@pytest.mark.parametrize("name", DEPLOYED)
def test_tests_run_with_the_versions_that_are_deployed(name: str) -> None:
    assert locked(name).items() <= locked("requirements-dev.txt").items()


def test_the_lock_has_the_versions_of_the_project() -> None:
    versions = locked("requirements-dev.txt")
    for requirement in stated():
        name, version = re.sub(r"\[.*\]", "", requirement).split("==")
        assert versions[name] == version, "stale: run make lock"
