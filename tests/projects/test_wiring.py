"""The whole capability on the adapters: from a project to a live version and back to nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.core.clock import utc_now
from chalicelib.core.errors import NoModel
from chalicelib.models.registry import ModelRegistry
from chalicelib.projects.datasets import ManifestSource
from chalicelib.projects.domain import DatasetType, Location, ModelStatus
from chalicelib.projects.entries import EntryFilter
from chalicelib.projects.hosting import Start
from chalicelib.projects.training import begin_training, end_training, renew_lease
from chalicelib.projects.versions import NewModel
from chalicelib.projects.wiring import ProjectsWiring
from tests.projects.world import ADMIN, GOOD, OUTPUT, line, lines
from tests.support.deployment import SETTINGS, a_linewatch, create_registry
from tests.support.fake_hosting import follow_at_once

BUCKET = SETTINGS.bucket


@pytest.fixture
def projects() -> Iterator[ProjectsWiring]:
    with mock_aws():
        linewatch = a_linewatch()
        clients = linewatch.platform.clients
        create_registry(clients.dynamodb)
        location = {"LocationConstraint": SETTINGS.region}
        clients.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=location)  # type: ignore[arg-type]
        for queue in ("training", "inspection", "inspection-dlq"):
            clients.sqs.create_queue(QueueName=f"linewatch-test-{queue}")
        clients.events.create_event_bus(Name="linewatch-test")
        follow_at_once(linewatch)
        yield linewatch.projects


def live_version() -> str | None:
    """What the pipeline reads."""
    dynamodb = boto3.client("dynamodb", region_name=SETTINGS.region)
    item = dynamodb.get_item(TableName="linewatch-test-projects", Key={"project": {"S": "plates"}}).get("Item", {})
    return item["live_version"]["S"] if "live_version" in item else None


def test_a_project_from_its_manifest_to_a_live_version_and_back(projects: ProjectsWiring) -> None:
    s3 = boto3.client("s3", region_name=SETTINGS.region)
    s3.put_object(Bucket=BUCKET, Key="datasets/plates/m", Body=lines(20, 10, BUCKET))
    projects.create_project("plates", ADMIN, token="t1")
    source = ManifestSource(Location(bucket=BUCKET, key="datasets/plates/m"))
    projects.create_dataset("plates", DatasetType.TRAIN, source, ADMIN, token="t1")
    projects.update_entries("plates", DatasetType.TRAIN, line(99, bucket=BUCKET).encode(), ADMIN, token="t1")
    entries = projects.list_entries("plates", DatasetType.TRAIN, EntryFilter(label="normal"), ADMIN)
    assert len(entries.items) == 21

    projects.create_model("plates", NewModel(output=replace(OUTPUT, bucket=BUCKET)), ADMIN, token="t1")
    sqs = boto3.client("sqs", region_name=SETTINGS.region)
    url = sqs.get_queue_url(QueueName="linewatch-test-training")["QueueUrl"]
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"]) == {"project": "plates", "version": 1}
    ports: dict[str, Any] = {"registry": projects.registry, "clock": utc_now}
    assert begin_training("plates", 1, "w1", **ports) is not None
    assert renew_lease("plates", 1, "w1", 0.5, **ports)
    projects.files.put("plates", 1, b"model")
    assert end_training("plates", 1, "w1", GOOD, **ports)

    start = Start(version="latest", min_inference_units=1)
    assert projects.start_model("plates", start, ADMIN, token="t1").status is ModelStatus.STARTING_HOSTING
    assert projects.describe_model("plates", "1", ADMIN).status is ModelStatus.HOSTED
    assert live_version() == "1"
    projects.tag_resource("plates", "1", {"hall": "north"}, ADMIN)
    assert projects.list_tags("plates", "1", ADMIN) == {"hall": "north"}
    projects.stop_model("plates", "1", ADMIN, token="t1")
    assert live_version() is None

    projects.delete_model("plates", "1", ADMIN, token="t1")
    projects.delete_dataset("plates", DatasetType.TRAIN, ADMIN, token="t1")
    projects.delete_project("plates", ADMIN, token="t1")
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["datasets/plates/m"]
    assert projects.list_projects(ADMIN).items == []


def test_the_pipeline_has_no_model_after_a_stop(projects: ProjectsWiring) -> None:
    linewatch = a_linewatch()
    live = linewatch.models.live_versions
    live.point("plates", "1", order=5)
    live.point("plates", None, order=6)
    live.point("plates", "2", order=5)
    assert isinstance(linewatch.models.registry, ModelRegistry)
    with pytest.raises(NoModel):
        linewatch.models.registry.live("plates")
