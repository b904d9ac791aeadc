"""A version is trained by the deployed function, and then inspects images."""

import pytest

from chalicelib.access.domain import Grant, Role
from chalicelib.models.detect import DetectRequest
from chalicelib.projects.datasets import ManifestSource
from chalicelib.projects.domain import DatasetType, Location, ModelStatus, ModelVersion
from chalicelib.projects.hosting import Start
from chalicelib.projects.versions import NewModel
from tests.emulator.conftest import Say
from tests.emulator.plant import Plant, until
from tests.emulator.trained import a_part, stored_lines, stored_manifest

pytestmark = pytest.mark.emulator

PROJECT = "trained-plates"
ADMIN = Grant("a1", Role.ADMIN, PROJECT)


def manifest(plant: Plant) -> Location:
    """A manifest with an image that is gone, and one that is there twice."""
    lines = stored_lines(plant, PROJECT)
    lines[0]["source-ref"] += ".gone"
    return stored_manifest(plant, PROJECT, [*lines, lines[1] | {"source-ref": lines[0]["source-ref"][:-5]}])


def test_a_version_is_trained_hosted_and_inspects_images(plant: Plant, say: Say) -> None:
    projects, bucket = plant.linewatch.projects, plant.stack.bucket
    projects.create_project(PROJECT, ADMIN)
    projects.create_dataset(PROJECT, DatasetType.TRAIN, ManifestSource(manifest(plant)), ADMIN)
    created = projects.create_model(PROJECT, NewModel(output=Location(bucket=bucket, key="out/")), ADMIN)

    def ended() -> ModelVersion | None:
        model: ModelVersion = projects.describe_model(PROJECT, "1", ADMIN)
        return None if model.status is ModelStatus.TRAINING else model

    model = until(ended, "the end of the training", seconds=240)
    assert model.status is ModelStatus.TRAINED, model.status_message
    assert "1 images were left out" in model.status_message
    assert model.evaluation is not None
    say(f"trained in {(model.changed_at - created.created_at).total_seconds():.0f} s, F1 {model.evaluation.f1:.2f}")
    listed = plant.stack.client("s3").list_objects_v2(Bucket=bucket, Prefix="out/")["Contents"]
    stored = {each["Key"] for each in listed}
    files = ("EvaluationManifest-{}-1.json", "EvaluationResult-{}-1.json", "TrainingReport-{}-1.html")
    assert stored == {f"out/{file.format(PROJECT)}" for file in files}

    projects.start_model(PROJECT, Start(version="1", min_inference_units=1), ADMIN)
    assert projects.describe_model(PROJECT, "1", ADMIN).status is ModelStatus.HOSTED
    detect = plant.linewatch.lookout.detector.detect
    verdicts = [
        detect(DetectRequest(PROJECT, "1", a_part(index, anomalous=anomalous, split="test"))).verdict
        for index in range(5)
        for anomalous in (False, True)
    ]
    assert all(verdict is not None for verdict in verdicts)
    right = sum(verdict.anomalous is bool(at % 2) for at, verdict in enumerate(verdicts) if verdict is not None)
    assert right >= 7, verdicts
