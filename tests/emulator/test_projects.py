"""A data set and a model through the commands, on the deployed stack."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from linewatch.__main__ import main
from linewatch.stack.local import LocalStack
from tests.pipeline.photographs import artifact, png

pytestmark = pytest.mark.emulator

PROJECT = "cups-by-command"


def run(stack: LocalStack, *words: str) -> str:
    result = CliRunner().invoke(main, [*words, "--local", stack.name])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_images_and_a_model_come_and_go_by_command(stack: LocalStack, tmp_path: Path) -> None:
    (tmp_path / "set" / "normal").mkdir(parents=True)
    for seed in range(3):
        (tmp_path / "set" / "normal" / f"{seed}.png").write_bytes(png(seed))
    (tmp_path / "model").write_bytes(artifact())
    run(stack, "project", "create", PROJECT)
    [imported] = json.loads(run(stack, "dataset", "import", PROJECT, str(tmp_path / "set"), "--json"))
    assert (imported["images"], imported["normal"]) == (3, 3)
    assert len(run(stack, "dataset", "export", PROJECT, "train").splitlines()) == 3
    [model] = json.loads(run(stack, "model", "import", PROJECT, str(tmp_path / "model"), "--json"))
    assert (model["version"], model["status"]) == (1, "TRAINED")
    run(stack, "model", "start", PROJECT)
    assert PROJECT in [each["project"] for each in json.loads(run(stack, "project", "list", "--json"))]
    run(stack, "model", "stop", PROJECT)
    run(stack, "model", "delete", PROJECT, "1")
    run(stack, "dataset", "delete", PROJECT, "train")
    run(stack, "project", "delete", PROJECT)
