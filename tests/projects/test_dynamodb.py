"""The registry table and its fake behave the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.core.errors import UnreadableRecord
from chalicelib.projects.domain import Counts, Dataset, DatasetStatus, DatasetType, Kind, Lease, ModelStatus, Project
from chalicelib.projects.dynamodb import DynamoDBRegistry
from chalicelib.projects.operations import Operation
from chalicelib.projects.ports import Answer, Registry
from chalicelib.projects.record import ProjectRecord
from tests.projects.test_domain import a_version
from tests.projects.world import GOOD, OUTPUT
from tests.support.builders import NOON
from tests.support.deployment import create_registry
from tests.support.fake_client import EmptyTables, as_client
from tests.support.fake_projects import FakeRegistry

TABLE = "linewatch-test-registry"
EMPTY = ProjectRecord(name="plates")
CREATED = replace(EMPTY, project=Project(name="plates", created_at=NOON, tags={"hall": "north"}))
DATASET = Dataset(
    type=DatasetType.TRAIN,
    dataset_id="0000000002",
    revision="0000000002-a",
    status=DatasetStatus.CREATE_COMPLETE,
    created_at=NOON,
    updated_at=NOON,
    counts=Counts(total=3, labelled=2, normal=1, anomaly=1),
)
TRAINING = replace(
    a_version(ModelStatus.TRAINING),
    output=OUTPUT,
    train="0000000002-a",
    lease=Lease(worker="w1", until=NOON, progress=0.25),
    tags={"a": "ü"},
)


def an_answer(value: str = "{}", **changes: Any) -> Answer:
    answer = Answer(Operation.CREATE_MODEL, "t1", "digest", value, NOON + timedelta(hours=8))
    return replace(answer, **changes)


@pytest.fixture(params=["fake", "dynamodb"])
def registry(request: pytest.FixtureRequest) -> Iterator[Registry]:
    if request.param == "fake":
        yield FakeRegistry()
        return
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        create_registry(client)
        yield DynamoDBRegistry(client, TABLE)


def committed(registry: Registry, *records: ProjectRecord) -> ProjectRecord:
    """Commit one record after the other."""
    for record in records:
        assert registry.commit(registry.find("plates"), record, None, at=NOON)
    return registry.find("plates")


def test_nothing_is_registered_of_an_unknown_project(registry: Registry) -> None:
    assert registry.find("plates") == EMPTY


def test_a_record_is_found_as_it_was_committed(registry: Registry) -> None:
    trained = replace(
        a_version(ModelStatus.TRAINED), version=12, evaluation=replace(GOOD, manifest=OUTPUT), started_at=NOON
    )
    record = CREATED.with_dataset(DATASET).with_model(TRAINING).with_model(trained)
    assert committed(registry, record) == replace(record, revision=1, last_version=12)


def test_what_a_commit_leaves_out_is_gone(registry: Registry) -> None:
    record = CREATED.with_dataset(DATASET).with_model(TRAINING)
    found = committed(registry, record, record.without_dataset(DatasetType.TRAIN).without_model(1))
    assert found == replace(CREATED, revision=2, last_version=1)


def test_a_deleted_project_keeps_its_revision_and_its_highest_number(registry: Registry) -> None:
    found = committed(registry, CREATED.with_model(TRAINING), replace(EMPTY, last_version=1))
    assert found == replace(EMPTY, revision=2, last_version=1)


def test_of_two_commits_of_the_same_record_one_wins(registry: Registry) -> None:
    before = committed(registry, CREATED)
    assert registry.commit(before, before.with_dataset(DATASET), None, at=NOON)
    assert not registry.commit(before, before.with_model(TRAINING), None, at=NOON)
    assert not registry.find("plates").models


def test_of_two_creations_one_wins(registry: Registry) -> None:
    assert registry.commit(EMPTY, CREATED, None, at=NOON)
    assert not registry.commit(EMPTY, CREATED, None, at=NOON)


def test_an_answer_is_stored_with_the_commit_or_not_at_all(registry: Registry) -> None:
    before = committed(registry, CREATED)
    assert registry.commit(before, before, an_answer("first"), at=NOON)
    assert registry.answer("plates", Operation.CREATE_MODEL, "t1") == an_answer("first")
    assert not registry.commit(before, before.with_model(TRAINING), an_answer("late", token="t2"), at=NOON)
    assert registry.answer("plates", Operation.CREATE_MODEL, "t2") is None


def test_an_answer_belongs_to_its_project_operation_and_token(registry: Registry) -> None:
    registry.commit(EMPTY, CREATED, an_answer(), at=NOON)
    assert registry.answer("cups", Operation.CREATE_MODEL, "t1") is None
    assert registry.answer("plates", Operation.DELETE_MODEL, "t1") is None
    assert registry.answer("plates", Operation.CREATE_MODEL, "t") is None


def test_a_token_is_taken_until_its_answer_expires(registry: Registry) -> None:
    registry.commit(EMPTY, CREATED, an_answer("first"), at=NOON)
    present = registry.find("plates")
    assert not registry.commit(present, present, an_answer("second"), at=NOON + timedelta(hours=7))
    assert registry.commit(present, present, an_answer("second"), at=NOON + timedelta(hours=8))
    found = registry.answer("plates", Operation.CREATE_MODEL, "t1")
    assert found is not None
    assert found.value == "second"


def test_projects_with_a_version_in_training_are_found(registry: Registry) -> None:
    record = CREATED.with_dataset(DATASET).with_model(TRAINING)
    committed(registry, record)
    assert list(registry.of_kind(Kind.TRAINING)) == ["plates"]
    committed(registry, record.with_model(replace(TRAINING, status=ModelStatus.TRAINED)))
    assert list(registry.of_kind(Kind.TRAINING)) == []


@mock_aws
def test_a_commit_writes_only_what_differs() -> None:
    client = boto3.client("dynamodb", region_name="eu-west-1")
    create_registry(client)
    requests: list[int] = []
    client.meta.events.register(
        "provide-client-params.dynamodb.TransactWriteItems",
        lambda params, **_: requests.append(len(params["TransactItems"])),
    )
    record = CREATED.with_dataset(DATASET).with_model(TRAINING)
    committed(DynamoDBRegistry(client, TABLE), record, record.with_model(replace(TRAINING, description="x")), record)
    assert requests == [3, 2, 2]


@mock_aws
def test_a_version_that_cannot_be_read_costs_nothing_but_itself(lines: list[dict[str, Any]]) -> None:
    client = boto3.client("dynamodb", region_name="eu-west-1")
    create_registry(client)
    registry = DynamoDBRegistry(client, TABLE)
    committed(registry, CREATED.with_dataset(DATASET).with_model(TRAINING))
    key = {"project": {"S": "plates"}, "item": {"S": "model#0000000001"}}
    client.put_item(TableName=TABLE, Item={**key, "body": {"S": "{}"}})
    found = registry.find("plates")
    assert (list(found.datasets), list(found.models)) == ([DatasetType.TRAIN], [])
    assert any("plates/model#0000000001" in str(each) for each in lines)


@mock_aws
def test_a_project_that_cannot_be_read_is_not_taken_for_none() -> None:
    client = boto3.client("dynamodb", region_name="eu-west-1")
    create_registry(client)
    registry = DynamoDBRegistry(client, TABLE)
    committed(registry, CREATED)
    client.update_item(
        TableName=TABLE,
        Key={"project": {"S": "plates"}, "item": {"S": "project"}},
        UpdateExpression="SET body = :broken",
        ExpressionAttributeValues={":broken": {"S": "no"}},
    )
    with pytest.raises(UnreadableRecord, match="plates/project"):
        registry.find("plates")


@mock_aws
def test_an_error_of_dynamodb_is_raised() -> None:
    registry = DynamoDBRegistry(boto3.client("dynamodb", region_name="eu-west-1"), "missing")
    with pytest.raises(ClientError):
        registry.commit(EMPTY, CREATED, None, at=NOON)


def test_reads_are_consistent() -> None:
    client = EmptyTables()
    registry = DynamoDBRegistry(as_client(client), TABLE)
    registry.find("plates")
    registry.answer("plates", Operation.CREATE_MODEL, "t1")
    assert [each["ConsistentRead"] for each in client.requests] == [True, True, True]


def test_the_names_are_those_of_projects_that_exist(registry: Registry) -> None:
    for name in ("plates", "rings"):
        empty = ProjectRecord(name=name)
        created = replace(empty, project=Project(name=name, created_at=NOON))
        assert registry.commit(empty, created, None, at=NOON)
    found = registry.find("rings")
    assert registry.commit(found, replace(found, project=None), None, at=NOON)
    assert list(registry.of_kind(Kind.PROJECT)) == ["plates"]
