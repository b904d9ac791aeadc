"""The getting-started story of the service, with its own client."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from boto3.dynamodb.types import DYNAMODB_CONTEXT

from chalicelib.access.domain import Role
from chalicelib.core.clock import utc_now
from chalicelib.projects.domain import Evaluation, Location, ModelStatus
from tests.lookout.conftest import Lookout
from tests.support.builders import JPEG
from tests.support.deployment import SETTINGS

OUTPUT = {"S3Location": {"Bucket": SETTINGS.bucket, "Prefix": "out/"}}
FOLDER = "s3://bucket/datasets/plates/images"
MANIFEST = {"GroundTruthManifest": {"S3Object": {"Bucket": "bucket", "Key": "datasets/plates/train.manifest"}}}


def a_line(number: int, label: str, name: str = "part", folder: str = FOLDER) -> str:
    """A line as Ground Truth writes it."""
    return json.dumps(
        {
            "source-ref": f"{folder}/{name} {number}+ü.jpg",
            "anomaly-label": int(label == "anomaly"),
            "anomaly-label-metadata": {
                "class-name": label,
                "confidence": 1,
                "creation-date": f"2025-03-{number % 28 + 1:02}T10:00:00.000",
                "human-annotated": "yes",
                "job-name": "anomaly-label",
                "type": "groundtruth/image-classification",
            },
        },
        ensure_ascii=False,
    )


def lines(normal: int = 20, anomaly: int = 10, folder: str = FOLDER) -> str:
    found = [a_line(number, "normal", folder=folder) for number in range(normal)]
    return "\n".join(found + [a_line(number, "anomaly", "bad", folder) for number in range(anomaly)])


def trained(lookout: Lookout, project: str = "plates", version: int = 1) -> None:
    """What the worker does in the end."""
    registry = lookout.linewatch.projects.registry
    record = registry.find(project)
    model = record.models[version]
    evaluation = Evaluation(
        precision=0.9,
        recall=0.8,
        f1=0.847,
        ended_at=utc_now(),
        manifest=Location(bucket="bucket", key="out/EvaluationManifest-plates-1.json"),
        result=Location(bucket="bucket", key="out/EvaluationResult-plates-1.json"),
    )
    after = record.with_model(replace(model, status=ModelStatus.TRAINED, lease=None, evaluation=evaluation))
    assert registry.commit(record, after, None, at=utc_now())
    lookout.models.put(project, version, b"model")


@pytest.fixture
def with_dataset(lookout: Lookout) -> Lookout:
    client = lookout.client()
    client.create_project(ProjectName="plates")
    lookout.entries.manifests["s3://bucket/datasets/plates/train.manifest"] = lines().encode()
    client.create_dataset(ProjectName="plates", DatasetType="train", DatasetSource=MANIFEST)
    return lookout


@pytest.fixture
def hosted(with_dataset: Lookout) -> Lookout:
    client = with_dataset.client()
    client.create_model(ProjectName="plates", OutputConfig=OUTPUT)
    trained(with_dataset)
    client.start_model(ProjectName="plates", ModelVersion="1", MinInferenceUnits=1)
    return with_dataset


def test_a_project_is_created_listed_described_and_deleted(lookout: Lookout) -> None:
    client = lookout.client()
    created = client.create_project(ProjectName="plates")["ProjectMetadata"]
    assert created["ProjectArn"].endswith(":project/plates")
    assert client.list_projects()["Projects"] == [created]
    assert client.describe_project(ProjectName="plates")["ProjectDescription"] == created | {"Datasets": []}
    assert client.delete_project(ProjectName="plates")["ProjectArn"] == created["ProjectArn"]
    assert client.list_projects()["Projects"] == []


def test_a_data_set_is_made_of_a_manifest(with_dataset: Lookout) -> None:
    client = with_dataset.client()
    found = client.describe_dataset(ProjectName="plates", DatasetType="train")["DatasetDescription"]
    assert found["ImageStats"] == {"Total": 30, "Labeled": 30, "Normal": 20, "Anomaly": 10}
    assert (found["Status"], found["StatusMessage"]) == ("CREATE_COMPLETE", "")
    [listed] = client.describe_project(ProjectName="plates")["ProjectDescription"]["Datasets"]
    assert (listed["DatasetType"], listed["StatusMessage"]) == ("train", "")


def test_a_data_set_begins_empty_without_a_source(lookout: Lookout) -> None:
    client = lookout.client()
    client.create_project(ProjectName="plates")
    client.create_dataset(ProjectName="plates", DatasetType="test")
    stats = client.describe_dataset(ProjectName="plates", DatasetType="test")["DatasetDescription"]["ImageStats"]
    assert stats == {"Total": 0, "Labeled": 0, "Normal": 0, "Anomaly": 0}


def test_entries_are_listed_in_pages_and_filtered(with_dataset: Lookout) -> None:
    client = with_dataset.client()
    pages = client.get_paginator("list_dataset_entries").paginate(
        ProjectName="plates", DatasetType="train", PaginationConfig={"PageSize": 7}
    )
    assert [line for page in pages for line in page["DatasetEntries"]] == lines().splitlines()

    def count(**filters: object) -> int:
        listed = client.list_dataset_entries(ProjectName="plates", DatasetType="train", **filters)
        return len(listed["DatasetEntries"])

    assert count(AnomalyClass="anomaly") == 10
    assert count(Labeled=False) == 0
    assert count(SourceRefContains="part 7+ü.jpg") == 1
    assert count(BeforeCreationDate="2025-03-04T00:00:00Z") == 6


def test_entries_are_added_and_relabelled(with_dataset: Lookout) -> None:
    client = with_dataset.client()
    changes = f"{a_line(0, 'anomaly')}\n{a_line(99, 'normal')}"
    changed = client.update_dataset_entries(ProjectName="plates", DatasetType="train", Changes=changes.encode())
    assert changed["Status"] == "UPDATE_COMPLETE"
    stats = client.describe_dataset(ProjectName="plates", DatasetType="train")["DatasetDescription"]["ImageStats"]
    assert stats == {"Total": 31, "Labeled": 31, "Normal": 20, "Anomaly": 11}


def test_a_model_is_trained_started_stopped_and_deleted(with_dataset: Lookout) -> None:
    client, version = with_dataset.client(), {"ProjectName": "plates", "ModelVersion": "1"}
    created = client.create_model(ProjectName="plates", OutputConfig=OUTPUT, Description="first", Tags=[])
    assert (created["ModelMetadata"]["Status"], created["ModelMetadata"]["ModelVersion"]) == ("TRAINING", "1")
    assert with_dataset.models.queued == [("plates", 1)]
    trained(with_dataset)
    model = client.describe_model(**version)["ModelDescription"]
    assert model["Performance"] == {"F1Score": 0.847, "Recall": 0.8, "Precision": 0.9}
    assert model["EvaluationManifest"] == {"Bucket": "bucket", "Key": "out/EvaluationManifest-plates-1.json"}
    assert (model["OutputConfig"], model["StatusMessage"]) == (OUTPUT, "")
    assert client.start_model(**version, MinInferenceUnits=1)["Status"] == "STARTING_HOSTING"
    assert client.describe_model(**version)["ModelDescription"]["Status"] == "HOSTED"
    assert client.stop_model(**version)["Status"] == "STOPPING_HOSTING"
    [listed] = client.list_models(ProjectName="plates")["Models"]
    assert (listed["Status"], listed["Description"]) == ("TRAINED", "first")
    assert client.delete_model(**version)["ModelArn"] == model["ModelArn"]
    assert client.list_models(ProjectName="plates")["Models"] == []
    client.delete_dataset(ProjectName="plates", DatasetType="train")
    client.delete_project(ProjectName="plates")


def test_an_image_gets_its_verdict_and_nothing_is_stored(hosted: Lookout) -> None:
    camera = hosted.client(Role.CAMERA)
    answer = camera.detect_anomalies(ProjectName="plates", ModelVersion="1", Body=JPEG, ContentType="image/jpeg")
    result = answer["DetectAnomalyResult"]
    assert (result["Source"], result["IsAnomalous"]) == ({"Type": "direct"}, True)
    assert result["Confidence"] == pytest.approx(0.812345)
    assert DYNAMODB_CONTEXT.create_decimal(Decimal(result["Confidence"]))
    [request] = hosted.detector.requests
    assert (request.project, request.version, request.content) == ("plates", "1", JPEG)


def test_latest_is_the_newest_version(hosted: Lookout) -> None:
    camera = hosted.client(Role.CAMERA)
    camera.detect_anomalies(ProjectName="plates", ModelVersion="latest", Body=JPEG, ContentType="image/jpeg")
    assert hosted.detector.requests[0].version == "1"


def test_resources_have_tags(hosted: Lookout) -> None:
    client = hosted.client()
    project = client.describe_project(ProjectName="plates")["ProjectDescription"]["ProjectArn"]
    model = client.describe_model(ProjectName="plates", ModelVersion="1")["ModelDescription"]["ModelArn"]
    for arn in (project, model):
        client.tag_resource(ResourceArn=arn, Tags=[{"Key": "hall +1", "Value": "Süd"}, {"Key": "b", "Value": ""}])
        assert client.list_tags_for_resource(ResourceArn=arn)["Tags"][0] == {"Key": "hall +1", "Value": "Süd"}
        client.untag_resource(ResourceArn=arn, TagKeys=["hall +1", "none"])
        assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": ""}]


def test_a_repeated_call_gets_the_answer_of_the_first(with_dataset: Lookout) -> None:
    client = with_dataset.client()
    first, second = (
        client.create_model(ProjectName="plates", OutputConfig=OUTPUT, ClientToken="token-1")["ModelMetadata"]
        for _ in range(2)
    )
    assert first == second
    assert len(client.list_models(ProjectName="plates")["Models"]) == 1
