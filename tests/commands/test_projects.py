"""`project`, `dataset` and `model`, as an operator runs them against a stage (moto)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.training import begin_training, end_training, renew_lease
from linewatch.operate.operator import operator_grant
from linewatch.operate.versions import wait_until_trained
from tests.operate.stage import Stage, a_stage
from tests.pipeline.photographs import artifact
from tests.projects.world import GOOD, lines


@pytest.fixture
def stage() -> Iterator[Stage]:
    with a_stage() as made:
        yield made


@pytest.fixture
def model(tmp_path: Path) -> str:
    file = tmp_path / "plates.safetensors"
    file.write_bytes(artifact())
    return str(file)


def import_file(stage: Stage, model: str) -> int:
    [row] = stage.json("model", "import", "plates", model)
    return int(row["version"])


def a_trainable_project(stage: Stage) -> None:
    stage.run("project", "create", "plates")
    projects, grant = stage.linewatch.projects, operator_grant("plates")
    projects.create_dataset("plates", DatasetType.TRAIN, None, grant)
    projects.update_entries("plates", DatasetType.TRAIN, lines(20, 10, projects.entries.bucket), grant)


def test_projects_are_created_listed_shown_and_deleted(stage: Stage) -> None:
    for name in ("rings", "plates"):
        stage.run("project", "create", name)
    assert [row["project"] for row in stage.json("project", "list")] == ["plates", "rings"]
    assert stage.json("project", "show", "rings")[0]["versions"] == 0
    stage.run("project", "delete", "rings")
    assert [row["project"] for row in stage.json("project", "list")] == ["plates"]
    assert "plates" in stage.run("project", "list").stdout


def test_errors_say_what_is_wrong(stage: Stage) -> None:
    stage.run("project", "create", "plates")
    for words, code, message in (
        (("project", "create", "plates"), 1, "project plates exists"),
        (("project", "create", "a b"), 2, "is not an id"),
        (("project", "show", "rings"), 1, "there is no project rings"),
        (("dataset", "show", "plates", "train"), 1, "project plates has no train data set"),
        (("model", "train", "plates"), 1, "data set"),
        (("model", "start", "plates"), 1, "project plates has no version yet; train one with `linewatch model train`"),
    ):
        result = stage.tried(*words)
        assert result.exit_code == code
        assert message in result.stderr


def test_an_imported_file_is_a_version_and_live_when_it_is_started(stage: Stage, model: str) -> None:
    stage.run("project", "create", "plates")
    assert [import_file(stage, model), import_file(stage, model)] == [1, 2]
    assert stage.json("project", "show", "plates")[0]["live"] is None
    assert stage.json("model", "start", "plates", "1")[0]["status"] == "HOSTED"
    assert stage.json("project", "show", "plates")[0]["live"] == 1
    assert [(row["version"], row["status"]) for row in stage.json("model", "list", "plates")] == [
        (2, "TRAINED"),
        (1, "HOSTED"),
    ]
    assert stage.linewatch.models.registry.live("plates") is not None


def test_a_file_that_is_no_model_is_not_imported(stage: Stage, tmp_path: Path) -> None:
    stage.run("project", "create", "plates")
    (tmp_path / "no.safetensors").write_bytes(b"no model")
    result = stage.tried("model", "import", "plates", str(tmp_path / "no.safetensors"))
    assert (result.exit_code, stage.json("model", "list", "plates")) == (1, [])


def test_a_version_is_stopped_started_and_deleted(stage: Stage, model: str) -> None:
    stage.run("project", "create", "plates")
    import_file(stage, model)
    stage.run("model", "start", "plates")
    assert stage.json("model", "stop", "plates")[0]["status"] == "TRAINED"
    stage.run("model", "start", "plates", "1")
    refused = stage.tried("model", "delete", "plates", "1")
    assert (refused.exit_code, "call `linewatch model stop`" in refused.stderr) == (1, True)
    stage.run("model", "stop", "plates", "1")
    assert stage.json("model", "delete", "plates", "1")[0]["version"] == 1
    assert stage.json("model", "list", "plates") == []


def test_a_training_waits_in_the_queue(stage: Stage) -> None:
    a_trainable_project(stage)
    [row] = stage.json("model", "train", "plates", "--no-wait", "--description", "first")
    assert (row["version"], row["status"], row["description"]) == (1, "TRAINING", "first")
    assert stage.tried("model", "train", "plates").exit_code == 1


def test_a_training_is_awaited(stage: Stage) -> None:
    a_trainable_project(stage)
    stage.run("model", "train", "plates", "--no-wait")
    projects, seen = stage.linewatch.projects, list[float]()

    def worker(_seconds: float) -> None:
        """In the first pause it begins, in the second it ends."""
        if seen == [0.0]:
            begin_training("plates", 1, "w1", registry=projects.registry, clock=utc_now)
            renew_lease("plates", 1, "w1", 0.5, registry=projects.registry, clock=utc_now)
        else:
            end_training("plates", 1, "w1", GOOD, registry=projects.registry, clock=utc_now)

    model = projects.describe_model("plates", "1", operator_grant("plates"))
    wait_until_trained(projects, model, seen.append, worker)
    assert seen == [0.0, 0.5]
    [row] = stage.json("model", "show", "plates")
    assert (row["status"], row["precision"], row["f1"]) == ("TRAINED", 0.9, 0.85)


def test_a_data_set_is_shown_by_label_and_deleted(stage: Stage) -> None:
    a_trainable_project(stage)
    assert len(stage.json("dataset", "show", "plates", "train")) == 30
    anomalies = stage.json("dataset", "show", "plates", "train", "--label", "anomaly")
    assert [row["label"] for row in anomalies] == ["anomaly"] * 10
    stage.run("dataset", "delete", "plates", "train")
    assert stage.json("dataset", "list", "plates") == []
