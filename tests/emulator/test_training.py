"""A version is trained by the deployed function, and then inspects images; a worker that is killed leaves its cause."""

import sys
from io import BytesIO

import httpx
import pytest
from PIL import Image

from chalicelib.access.domain import Grant, Role
from chalicelib.core.clock import utc_now
from chalicelib.models.detect import DetectRequest
from chalicelib.projects.datasets import ManifestSource
from chalicelib.projects.domain import DatasetType, Location, ModelStatus, ModelVersion
from chalicelib.projects.hosting import Start
from chalicelib.projects.training import LEASE, fail_overdue_trainings
from chalicelib.projects.versions import NewModel
from tests.emulator.conftest import Say
from tests.emulator.plant import Plant, until
from tests.emulator.processes import kill_workers_of
from tests.emulator.test_crash import process_of
from tests.emulator.trained import a_part, stored_lines, stored_manifest

pytestmark = pytest.mark.emulator

PROJECT = "trained-plates"
ADMIN = Grant("a1", Role.ADMIN, PROJECT)


def manifest(plant: Plant, project: str = PROJECT) -> Location:
    """A manifest with an image that is gone, and one that is there twice."""
    lines = stored_lines(plant, project)
    lines[0]["source-ref"] += ".gone"
    return stored_manifest(plant, project, [*lines, lines[1] | {"source-ref": lines[0]["source-ref"][:-5]}])


def ended(plant: Plant, project: str, version: int) -> ModelVersion:
    """Wait for the end of a training."""

    def look() -> ModelVersion | None:
        model: ModelVersion = plant.linewatch.projects.registry.find(project).models[version]
        return None if model.status is ModelStatus.TRAINING else model

    return until(look, "the end of the training", seconds=240)


def test_a_version_is_trained_hosted_and_inspects_images(plant: Plant, say: Say) -> None:
    projects, bucket = plant.linewatch.projects, plant.stack.bucket
    projects.create_project(PROJECT, ADMIN)
    projects.create_dataset(PROJECT, DatasetType.TRAIN, ManifestSource(manifest(plant)), ADMIN)
    created = projects.create_model(PROJECT, NewModel(output=Location(bucket=bucket, key="out/")), ADMIN)

    model = ended(plant, PROJECT, 1)
    assert model.status is ModelStatus.TRAINED, model.status_message
    assert "1 images were left out" in model.status_message
    assert model.evaluation is not None
    say(f"trained in {(model.changed_at - created.created_at).total_seconds():.0f} s, F1 {model.evaluation.f1:.2f}")
    listed = plant.stack.client("s3").list_objects_v2(Bucket=bucket, Prefix="out/")["Contents"]
    stored = {each["Key"] for each in listed}
    names = ("EvaluationManifest-{}-1.json", "EvaluationResult-{}-1.json")
    files = (*names, "TrainingReport-{}-1.html", "TrainingRemarks-{}-1.json")
    assert stored == {f"out/{file.format(PROJECT)}" for file in files}

    projects.start_model(PROJECT, Start(version="1", min_inference_units=1), ADMIN)
    until(lambda: projects.describe_model(PROJECT, "1", ADMIN).status is ModelStatus.HOSTED or None, "the start")
    detect = plant.linewatch.lookout.detector.detect
    verdicts = [
        detect(DetectRequest(PROJECT, "1", a_part(index, anomalous=anomalous, split="test"))).verdict
        for index in range(5)
        for anomalous in (False, True)
    ]
    assert all(verdict is not None for verdict in verdicts)
    right = sum(verdict.anomalous is bool(at % 2) for at, verdict in enumerate(verdicts) if verdict is not None)
    assert right >= 7, verdicts


def test_a_small_picture_of_an_image_of_a_data_set_comes_through_the_gateway(plant: Plant) -> None:
    project = "shown-plates"
    admin = Grant("a1", Role.ADMIN, project)
    plant.linewatch.projects.create_project(project, admin)
    source = ManifestSource(manifest(plant, project))
    plant.linewatch.projects.create_dataset(project, DatasetType.TRAIN, source, admin)
    _, token = plant.linewatch.access.issue_key(Role.VIEWER, project)

    def picture(key: str) -> httpx.Response:
        path, asked = f"/projects/{project}/datasets/train/picture", f"s3://{plant.stack.bucket}/{key}"
        query = {"source": asked, "longest_side": 64}
        return plant.ask("GET", path, token=token, accept="image/jpeg", params=query)

    folder = f"datasets/{project}/images"
    answer = picture(f"{folder}/part 1+ü.png")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg"), answer.text
    with Image.open(BytesIO(answer.content)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (64, 64))
    for key, reason in ((f"{folder}/part 0+ü.png.gone", "object is gone"), (f"{folder}/other.png", "has no image")):
        answer = picture(key)
        assert (answer.status_code, reason in answer.json()["message"]) == (404, True), answer.text


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_training_whose_worker_is_killed_says_so_and_is_not_repeated_and_a_person_can_go_on(plant: Plant) -> None:
    projects, project = plant.linewatch.projects, "killed-plates"
    admin = Grant("a1", Role.ADMIN, project)
    new = NewModel(output=Location(bucket=plant.stack.bucket, key="killed/"))
    projects.create_project(project, admin)
    source = ManifestSource(stored_manifest(plant, project, stored_lines(plant, project)))
    projects.create_dataset(project, DatasetType.TRAIN, source, admin)

    def progress() -> float | None:
        lease = projects.registry.find(project).models[1].lease
        return None if lease is None or lease.progress == 0 else lease.progress

    with plant.queue_set("training", VisibilityTimeout="10"):
        projects.create_model(project, new, admin)
        assert until(progress, "a worker in the middle of its training", 120) < 1
        kill_workers_of(f"linewatch-{plant.stack.stage}-train_model", process_of(plant))
        until(lambda: None if "training" in plant.queues() else True, "the next delivery of the message", 120)
    assert projects.registry.find(project).models[1].status is ModelStatus.TRAINING
    soon = utc_now() + 2 * LEASE
    [failed] = fail_overdue_trainings(registry=projects.registry, clock=lambda: soon)
    assert (failed.project, failed.status) == (project, ModelStatus.TRAINING_FAILED)
    assert "its worker stopped at 20%" in failed.status_message
    assert not projects.files.exists(project, 1)
    projects.create_model(project, new, admin)
    assert ended(plant, project, 2).status is ModelStatus.TRAINED
