"""Manifests that somebody puts into the bucket of the world, and what became of them."""

import json
from collections.abc import Iterator, Mapping

import app
from chalicelib.access.domain import Grant, Role
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.import_result import SUFFIX
from tests.pipeline.account import client
from tests.pipeline.world import World

PROJECT = "cups"
ADMIN = Grant("a1", Role.ADMIN, PROJECT)
FOLDER = f"datasets/{PROJECT}/manifests/train"
FIRST, SECOND, BROKEN = f"{FOLDER}/first.manifest", f"{FOLDER}/second.manifest", f"{FOLDER}/ü +%/broken.manifest"
NOBODY = "datasets/nobody/manifests/test/first.manifest"


def line(world: World, number: int, label: str = "normal", project: str = PROJECT) -> str:
    """A line of an image that the project may name."""
    metadata = {"class-name": label}
    source = f"s3://{world.settings.bucket}/datasets/{project}/images/{number}.png"
    return json.dumps({"source-ref": source, "check": int(label == "anomaly"), "check-metadata": metadata})


def put(world: World, key: str, *lines: str) -> None:
    """Put a manifest; S3 announces it."""
    client("s3").put_object(Bucket=world.settings.bucket, Key=key, Body="\n".join(lines).encode())


def put_manifests(world: World) -> None:
    """Two that are right, one that is announced twice, one that is wrong, and one of a project that does not exist."""
    app.linewatch.projects.create_project(PROJECT, ADMIN)
    put(world, FIRST, line(world, 1), line(world, 2))
    world.settle()
    put(world, SECOND, line(world, 2, "anomaly"), "no JSON", line(world, 3))
    world.repeat("manifests")
    put(world, BROKEN, "no JSON")
    put(world, NOBODY, line(world, 1, project="nobody"))
    world.settle()


EXPECTED: Mapping[str, tuple[str, Mapping[str, int] | None]] = {
    FIRST: ("imported", {"added": 2, "replaced": 0, "unchanged": 0, "kept": 0}),
    SECOND: ("imported", {"added": 1, "replaced": 1, "unchanged": 0, "kept": 0}),
    BROKEN: ("refused", None),
    NOBODY: ("waiting", None),
}
"""The status of each, and what it did to the data set."""


def unimported(world: World) -> Iterator[str]:
    """Manifests without the expected result, and a data set without the expected entries."""
    bucket = world.settings.bucket
    for key, outcome in EXPECTED.items():
        listed = client("s3").list_objects_v2(Bucket=bucket, Prefix=key + SUFFIX).get("Contents", [])
        stored = [client("s3").get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in listed]
        found = [(content["status"], content["images"]) for content in map(json.loads, stored)]
        if found != [outcome]:
            yield f"{key} should be {outcome}, but is {found}"
    dataset = app.linewatch.projects.describe_dataset(PROJECT, DatasetType.TRAIN, ADMIN)
    lines = app.linewatch.projects.entries.read(PROJECT, DatasetType.TRAIN, dataset.revision) or []
    if [each.decode() for each in lines] != [line(world, 1), line(world, 2, "anomaly"), line(world, 3)]:
        yield f"the data set has {lines}"
