"""A version that is trained on this computer is the one that the stage would have trained."""

import re
from pathlib import Path

import pytest

from chalicelib.projects.domain import Location, ModelStatus
from chalicelib.projects.train import Order
from chalicelib.projects.versions import NewModel
from linewatch.operate.operator import operator_grant
from linewatch.operate.train_here import STOPPED, TrainsHere
from tests.operate.stage import BUCKET, Stage
from tests.pipeline.photographs import png
from tests.support.fake_projects import FakeTrainer

pytestmark = pytest.mark.training


def images(folder: Path) -> str:
    """Just enough of them to train."""
    for label, count in (("normal", 20), ("anomaly", 10)):
        (folder / label).mkdir()
        for seed in range(count):
            (folder / label / f"{seed}.png").write_bytes(png(seed + 99 * count, damaged=label == "anomaly"))
    return str(folder)


def content(stage: Stage, key: str) -> bytes:
    body: bytes = stage.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return body


@pytest.fixture
def project(stage: Stage, tmp_path: Path) -> str:
    stage.run("project", "create", "plates")
    stage.run("dataset", "import", "plates", images(tmp_path))
    return "plates"


def test_a_version_that_is_trained_here_has_the_bytes_figures_and_files_of_one_of_the_stage(
    stage: Stage, project: str, tmp_path: Path
) -> None:
    projects, grant, seen = stage.linewatch.projects, operator_grant(project), list[float]()
    projects.trainer = FakeTrainer(works=[lambda: None])
    new = NewModel(output=Location(bucket=BUCKET, key="training/plates/"))
    projects.create_model(project, new, grant, queue=TrainsHere(projects, seen.append))
    projects.create_model(project, new, grant)
    projects.train_version(Order(project=project, version=2, worker="w", last=True, seconds_left=lambda: 900))
    there, here = stage.json("model", "list", project)
    for field in ("status", "message", "precision", "recall", "f1"):
        assert here[field] == there[field]
    assert (here["version"], here["status"], seen) == (1, "TRAINED", [0.5])
    for name in ("models/plates/{}.safetensors", "training/plates/EvaluationManifest-plates-{}.json"):
        assert content(stage, name.format(1)) == content(stage, name.format(2))
    assert len(stage.keys("training/plates/")) == 8
    stage.run("model", "show", project, "1", "--report", str(tmp_path / "report.html"))
    assert (tmp_path / "report.html").read_text() == "<html>"


def test_a_training_too_large_for_the_stage_is_refused_there_with_the_command_that_does_it_here(
    stage: Stage, project: str
) -> None:
    projects, grant = stage.linewatch.projects, operator_grant(project)
    projects.trainer = FakeTrainer(megapixels_each=500)
    new = NewModel(output=Location(bucket=BUCKET, key="training/plates/"))
    projects.create_model(project, new, grant)
    projects.train_version(Order(project=project, version=1, worker="w", last=True, seconds_left=lambda: 900))
    refused = projects.describe_model(project, "1", grant)
    assert "would take about 25 minutes, and a training here has 12" in refused.status_message
    [command] = re.findall("`linewatch (.*?)`", refused.status_message)
    assert command == "model train plates --here"
    assert "--here" in stage.run(*command.split()[:2], "--help").stdout
    projects.create_model(project, new, grant, queue=TrainsHere(projects, print))
    assert projects.describe_model(project, "2", grant).status is ModelStatus.TRAINED


class Interrupted(FakeTrainer):
    """A person presses Ctrl-C."""

    def megapixels(self, path: Path) -> float:
        raise KeyboardInterrupt


def test_a_training_that_is_interrupted_has_failed_at_once(stage: Stage, project: str) -> None:
    projects = stage.linewatch.projects
    projects.trainer = Interrupted()
    new = NewModel(output=Location(bucket=BUCKET, key="training/plates/"))
    with pytest.raises(KeyboardInterrupt):
        projects.create_model(project, new, operator_grant(project), queue=TrainsHere(projects, print))
    model = projects.describe_model(project, "latest", operator_grant(project))
    assert (model.status, model.status_message) == (ModelStatus.TRAINING_FAILED, STOPPED)
