"""A manifest that is put into the bucket of the deployed stack is imported, and its result is beside it."""

import json
from typing import Any

import pytest

from chalicelib.access.domain import Grant, Role
from chalicelib.projects.domain import DatasetType
from tests.emulator.plant import Plant, until

pytestmark = pytest.mark.emulator

ADMIN = Grant("test", Role.ADMIN, "saucers")
KEY = "datasets/saucers/manifests/train/a job+ü/manifests/output/output.manifest"


def line(plant: Plant, number: int, label: str) -> str:
    source = f"s3://{plant.stack.bucket}/datasets/saucers/images/{number}.png"
    return json.dumps({"source-ref": source, "check": 0, "check-metadata": {"class-name": label}})


def put(plant: Plant, *lines: str) -> str:
    """Put the manifest; its ETag."""
    stored = plant.stack.client("s3").put_object(Bucket=plant.stack.bucket, Key=KEY, Body="\n".join(lines).encode())
    return str(stored["ETag"]).strip('"')


def result(plant: Plant, etag: str, status: str) -> dict[str, Any]:
    """Wait for the result of this manifest."""
    s3 = plant.stack.client("s3")

    def look() -> dict[str, Any] | None:
        found = s3.list_objects_v2(Bucket=plant.stack.bucket, Prefix=f"{KEY}.result.json").get("Contents", [])
        if not found:
            return None
        content = json.loads(s3.get_object(Bucket=plant.stack.bucket, Key=f"{KEY}.result.json")["Body"].read())
        return content if (content["etag"], content["status"]) == (etag, status) else None

    return until(look, f"a result that says {status}", 90)


def test_a_manifest_waits_for_its_project_and_is_imported_then(plant: Plant) -> None:
    etag = put(plant, line(plant, 1, "normal"), "no JSON", line(plant, 2, "anomaly"))
    assert "create it with CreateProject" in result(plant, etag, "waiting")["message"]
    plant.linewatch.projects.create_project("saucers", ADMIN)
    first = result(plant, etag, "imported")
    assert first["images"] == {"added": 2, "replaced": 0, "unchanged": 0, "kept": 0}
    assert [(each["line"], each["message"].partition(":")[0]) for each in first["errors"]] == [(2, "is not JSON")]
    etag = put(plant, line(plant, 1, "anomaly"))
    assert result(plant, etag, "imported")["images"]["replaced"] == 1
    dataset = plant.linewatch.projects.describe_dataset("saucers", DatasetType.TRAIN, ADMIN)
    assert (dataset.counts.total, dataset.counts.anomaly) == (2, 2)
    until(lambda: not plant.queues() or None, "the end of all work")
