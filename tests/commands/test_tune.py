"""`model tune` and `alerts`, as an operator runs them against a stage (moto)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.shifts.domain import ReviewPlan
from linewatch.operate.operator import operator_grant
from tests.operate.stage import BUCKET, Stage, a_stage
from tests.pipeline.hosting import make_function
from tests.pipeline.photographs import artifact
from tests.thresholds.model_files import a_model_file

PRICES = ("--escape-cost", "50", "--reject-cost", "0.8", "--defect-share", "0.02")


@pytest.fixture
def stage() -> Iterator[Stage]:
    with a_stage() as made:
        yield made


@pytest.fixture
def version(stage: Stage, tmp_path: Path) -> str:
    """Version 1 of the project plates, whose file says what thresholds do."""
    file = tmp_path / "plates.safetensors"
    file.write_bytes(artifact())
    stage.run("project", "create", "plates")
    [row] = stage.json("model", "import", "plates", str(file))
    [key] = [each for each in stage.keys("models/plates/") if str(row["version"]) in each]
    stage.s3.put_object(Bucket=BUCKET, Key=key, Body=a_model_file())
    return str(row["version"])


def versions(stage: Stage) -> list[int]:
    return [each.version for each in stage.linewatch.projects.list_models("plates", operator_grant("plates")).items]


def test_thresholds_are_shown_with_what_they_cost(stage: Stage, version: str) -> None:
    shown = stage.run("model", "tune", "plates", version, *PRICES).stdout
    assert all(text in shown for text in ("now", "best", "2 of 5", "1 of 8", "95 % of resamples"))
    assert versions(stage) == [1]


def test_the_best_threshold_is_a_new_version_after_a_question(stage: Stage, version: str) -> None:
    words = ("model", "tune", "plates", version, "--best", *PRICES)
    assert stage.tried(*words).exit_code == 1  # nobody answers
    assert versions(stage) == [1]
    [made] = stage.json(*words, "--yes")
    assert (made["version"], made["status"], made["recall"]) == (2, "TRAINED", 1.0)


def test_what_does_not_fit_together_is_refused(stage: Stage, version: str) -> None:
    for words, message in (
        (("--best",), "needs --escape-cost"),
        (("--best", "--to", "0.4"), "give one of"),
        (("--escape-cost", "4"), "together"),
    ):
        refused = stage.tried("model", "tune", "plates", version, *words)
        assert (refused.exit_code, message in refused.stderr) == (2, True)


def test_alerts_of_a_line_are_set_shown_removed_and_reset(stage: Stage) -> None:
    variables = {"LINEWATCH_ALERT_CONFIDENCE": "0.2", "LINEWATCH_ALERT_WINDOW": "300"}
    make_function("linewatch-test-raise_alerts", variables | {"LINEWATCH_LARGEST_ALERT_CONFIDENCE": "0.5"})
    stage.run("project", "create", "plates")
    assert "there is no project platez" in stage.tried("alerts", "set", "platez", "--confidence", "0.4").stderr
    assert "there is no project platez" in stage.tried("alerts", "show", "platez").stderr
    assert "there is no project platez" in stage.tried("alerts", "reset", "platez").stderr
    set_line = ("alerts", "set", "plates", "--line", "line-1")
    [rules] = stage.json(*set_line, "--confidence", "0.4", "--minutes", "1.5", "--silent", "rejected")
    assert rules["lines"] == {"line-1": {"confidence": 0.4, "window_seconds": 90, "silent": ["rejected"]}}
    assert rules["set_by"].startswith("operator:")
    [rules] = stage.json(*set_line, "--silent", "none")
    assert rules["lines"]["line-1"] == {"confidence": 0.4, "window_seconds": 90, "silent": []}
    assert "line-1" in stage.run("alerts", "show", "plates").stdout
    assert "at most 0.5" in stage.tried(*set_line, "--confidence", "0.6").stderr
    refused = stage.tried(*set_line[:-1], "a line", "--confidence", "0.4")
    assert (refused.exit_code, "must be 1 to 64 of A-Z" in refused.stderr) == (2, True)
    [rules] = stage.json("alerts", "remove", "plates", "line-1")
    assert (rules["revision"], rules["lines"], rules["of_stage"]) == (3, {}, False)
    [rules] = stage.json("alerts", "reset", "plates")
    assert (rules["revision"], rules["lines"], rules["of_stage"]) == (4, {}, True)


def test_a_new_project_does_not_begin_with_what_was_set_for_a_deleted_one_of_its_name(stage: Stage) -> None:
    variables = {"LINEWATCH_ALERT_CONFIDENCE": "0.2", "LINEWATCH_ALERT_WINDOW": "300"}
    make_function("linewatch-test-raise_alerts", variables)
    stage.run("project", "create", "bowls")
    stage.run("alerts", "set", "bowls", "--silent", "rejected")
    stage.run("shifts", "end-of-day", "bowls", "21:00", "--zone", "Europe/Berlin")
    stage.run("review", "plan", "bowls", "--parts", "20", "--two-people")
    stage.run("project", "delete", "bowls")
    stage.run("project", "create", "bowls")
    assert stage.json("alerts", "show", "bowls")[0]["of_stage"]
    record = stage.linewatch.shifts.calendars.find("bowls")
    assert (record.end_of_day, record.review_plan) == (None, ReviewPlan())
