"""A version is trained by the deployed function, and then inspects images."""

import json
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from chalicelib.access.domain import Grant, Role
from chalicelib.models.detect import DetectRequest
from chalicelib.projects.datasets import ManifestSource
from chalicelib.projects.domain import DatasetType, Location, ModelStatus, ModelVersion
from chalicelib.projects.hosting import Start
from chalicelib.projects.versions import NewModel
from linewatch.samples import draw
from tests.emulator.conftest import Say
from tests.emulator.plant import Plant, until

pytestmark = pytest.mark.emulator

PROJECT = "trained-plates"
ADMIN = Grant("a1", Role.ADMIN, PROJECT)
NORMAL, ANOMALY = 20, 10


def a_png(index: int, *, anomalous: bool, split: str = "train") -> bytes:
    """A drawn image, 128 x 128 px."""
    file = BytesIO()
    Image.fromarray(draw(1, split, index, anomalous=anomalous)[0]).resize((128, 128)).save(file, "png")
    return file.getvalue()


def stored_manifest(plant: Plant) -> Location:
    """The images and their manifest in the bucket."""
    s3, bucket = plant.stack.client("s3"), plant.stack.bucket
    lines: list[dict[str, Any]] = []
    for number in range(NORMAL + ANOMALY):
        anomalous = number >= NORMAL
        key = f"datasets/{PROJECT}/images/part {number}.png"
        s3.put_object(Bucket=bucket, Key=key, Body=a_png(number, anomalous=anomalous))
        label = {"class-name": "anomaly" if anomalous else "normal"}
        lines.append({"source-ref": f"s3://{bucket}/{key}", "check": int(anomalous), "check-metadata": label})
    lines[0]["source-ref"] += ".gone"
    lines.append(lines[1] | {"source-ref": lines[1]["source-ref"].replace("part 1", "part 0")})
    manifest = Location(bucket=bucket, key=f"datasets/{PROJECT}/train.manifest")
    s3.put_object(Bucket=bucket, Key=manifest.key, Body="\n".join(map(json.dumps, lines)).encode())
    return manifest


def test_a_version_is_trained_hosted_and_inspects_images(plant: Plant, say: Say) -> None:
    projects, bucket = plant.linewatch.projects, plant.stack.bucket
    projects.create_project(PROJECT, ADMIN)
    projects.create_dataset(PROJECT, DatasetType.TRAIN, ManifestSource(stored_manifest(plant)), ADMIN)
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
        detect(DetectRequest(PROJECT, "1", a_png(index, anomalous=anomalous, split="test"))).verdict
        for index in range(5)
        for anomalous in (False, True)
    ]
    assert all(verdict is not None for verdict in verdicts)
    right = sum(verdict.anomalous is bool(at % 2) for at, verdict in enumerate(verdicts) if verdict is not None)
    assert right >= 7, verdicts
