"""The commands write the report that was asked for, and print how reliable the probabilities are."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from linewatch.commands.evaluate import evaluate
from linewatch.commands.train import train
from linewatch.samples import Counts, write

pytestmark = pytest.mark.training

SMALL = ("--size", "64", "--features", "filters")


def test_train_writes_a_report_on_what_was_left_out(tmp_path: Path) -> None:
    write(tmp_path / "parts", {"train": Counts(10, 3)}, seed=1, drawn=lambda _path: None)
    report = tmp_path / "report.html"
    arguments = [str(tmp_path / "parts"), "--out", str(tmp_path / "model"), "--report", str(report), *SMALL]
    outcome = CliRunner().invoke(train, arguments, catch_exceptions=False)
    text = report.read_text()
    assert outcome.stderr.splitlines()[-1].startswith(("Not yet fit to use", "No better than chance"))
    assert 'class="conclusion' in text
    assert "<title>parts: training report</title>" in text
    assert "Measured on 13 training images" in text


def test_evaluate_writes_a_report_on_the_test_and_prints_the_reliability(tmp_path: Path) -> None:
    write(tmp_path / "parts", {"train": Counts(10, 3), "test": Counts(4, 2)}, seed=1, drawn=lambda _path: None)
    report = tmp_path / "report.html"
    arguments = [str(tmp_path / "parts"), *SMALL, "--report", str(report)]
    outcome = CliRunner().invoke(evaluate, arguments, catch_exceptions=False)
    assert "Measured on 6 test images" in report.read_text()
    assert "| claimed, * seen" in outcome.stdout
    assert outcome.stdout.splitlines()[-1].startswith(("Not yet fit to use", "No better than chance"))
    stated = CliRunner().invoke(evaluate, [*arguments[:-2], "--json"], catch_exceptions=False)
    assert json.loads(stated.stdout)["fitness"] in {"not_yet", "chance"}
