"""Versions to train in the world: how they come into the queue, and what became of them."""

import json
from collections.abc import Iterator, Mapping

import app
from chalicelib.access.domain import Grant, Role
from chalicelib.projects.datasets import ManifestSource
from chalicelib.projects.domain import DatasetType, Location, ModelStatus
from chalicelib.projects.versions import NewModel
from tests.pipeline.account import client
from tests.pipeline.photographs import png
from tests.pipeline.world import World

NORMAL, ANOMALY = 20, 10
_WITH_FILE = {ModelStatus.TRAINED, ModelStatus.HOSTED}
FOLDER = "datasets/{project}/images"


def stored_images(world: World, project: str, folder: str = FOLDER, anomaly: int = ANOMALY) -> list[str]:
    """Images in the bucket, equal ones, and their lines of a manifest: the normal ones first."""
    lines, content = [], png(0)
    for number in range(NORMAL + anomaly):
        key = f"{folder.format(project=project)}/{number}.png"
        client("s3").put_object(Bucket=world.settings.bucket, Key=key, Body=content)
        lines.append(_line(f"s3://{world.settings.bucket}/{key}", number >= NORMAL))
    return lines


def create_version(world: World, project: str, folder: str = FOLDER) -> None:
    """A project with just enough images, and a version of it in the queue."""
    bucket, admin = world.settings.bucket, Grant("a1", Role.ADMIN, project)
    manifest = Location(bucket=bucket, key=f"datasets/{project}/a.manifest")
    body = "\n".join(stored_images(world, project, folder)).encode()
    client("s3").put_object(Bucket=bucket, Key=manifest.key, Body=body)
    projects = app.linewatch.projects
    projects.create_project(project, admin)
    projects.create_dataset(project, DatasetType.TRAIN, ManifestSource(manifest), admin)
    projects.create_model(project, NewModel(output=Location(bucket=bucket, key="out/")), admin)


def _line(source: str, damaged: bool) -> str:
    label = {"class-name": "anomaly" if damaged else "normal"}
    return json.dumps({"source-ref": source, "check": int(damaged), "check-metadata": label})


def unfinished(world: World, expected: Mapping[str, ModelStatus], *, exactly: bool) -> Iterator[str]:
    """Versions that are stuck, failed without a reason, or are trained without their files.

    With `exactly`, a version must have the expected status; else it may have failed, because its worker died.
    """
    projects = app.linewatch.projects
    for project, status in expected.items():
        [model] = projects.registry.find(project).models.values()
        if model.status is not status and (exactly or model.status is not ModelStatus.TRAINING_FAILED):
            yield f"the version of {project} is {model.status}: {model.status_message}"
        if (model.status is ModelStatus.TRAINING_FAILED) != bool(model.status_message):
            yield f"the version of {project} is {model.status} with the message {model.status_message!r}"
        if model.status in _WITH_FILE and not (projects.files.exists(project, 1) and model.evaluation):
            yield f"the version of {project} has no files"


def trained_twice(world: World) -> list[str]:
    """Trainings of one version at the same time."""
    return [f"{most} trainings at once" for most in [world.trainer.most_at_once] if most > 1]
