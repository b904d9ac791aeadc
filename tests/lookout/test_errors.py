"""The client raises its own typed exceptions, and each says what to do."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.access.domain import Role
from chalicelib.core.image import LARGEST_SENT_WHOLE
from chalicelib.lookout.error_answers import Throttled
from chalicelib.models.detect import Detection
from tests.lookout.conftest import Lookout
from tests.lookout.test_story import MANIFEST, OUTPUT, hosted, lines, with_dataset
from tests.support.builders import JPEG
from tests.support.deployment import SETTINGS

__all__ = ["hosted", "with_dataset"]

TRAIN = {"ProjectName": "plates", "DatasetType": "train"}
VERSION = {"ProjectName": "plates", "ModelVersion": "1"}
IMAGE = {**VERSION, "Body": JPEG, "ContentType": "image/jpeg"}


def refused(client: Any, error: str, operation: str, **parameters: Any) -> dict[str, Any]:
    """The response of the typed exception that the call raises."""
    with pytest.raises(getattr(client.exceptions, error)) as raised:
        getattr(client, operation)(**parameters)
    response: dict[str, Any] = raised.value.response
    return response


def test_what_does_not_exist_is_named(lookout: Lookout) -> None:
    client = lookout.client()
    no_project = refused(client, "ResourceNotFoundException", "describe_project", ProjectName="plates")
    assert (no_project["ResourceId"], no_project["ResourceType"]) == ("plates", "PROJECT")
    client.create_project(ProjectName="plates")
    no_dataset = refused(client, "ResourceNotFoundException", "describe_dataset", **TRAIN)
    assert (no_dataset["ResourceId"], no_dataset["ResourceType"]) == ("plates/train", "DATASET")
    no_model = refused(client, "ResourceNotFoundException", "detect_anomalies", **IMAGE)
    assert (no_model["ResourceId"], no_model["ResourceType"]) == ("plates/1", "MODEL")


def test_a_name_that_is_taken_is_a_conflict(with_dataset: Lookout) -> None:
    client = with_dataset.client()
    taken = refused(client, "ConflictException", "create_project", ProjectName="plates")
    assert "another name" in taken["Error"]["Message"]
    assert refused(client, "ConflictException", "create_dataset", **TRAIN)["ResourceType"] == "DATASET"


def test_the_wrong_state_is_a_conflict_that_says_what_to_do(with_dataset: Lookout) -> None:
    client = with_dataset.client()
    client.create_model(ProjectName="plates", OutputConfig=OUTPUT)
    for operation, parameters in (
        ("detect_anomalies", IMAGE),
        ("start_model", VERSION | {"MinInferenceUnits": 1}),
        ("delete_model", VERSION),
        ("create_model", {"ProjectName": "plates", "OutputConfig": OUTPUT}),
    ):
        conflict = refused(client, "ConflictException", operation, **parameters)
        assert (conflict["ResourceId"], conflict["ResourceType"]) == ("plates/1", "MODEL")
        assert "wait until it is TRAINED" in conflict["Error"]["Message"]


def test_too_few_images_are_counted(lookout: Lookout) -> None:
    client = lookout.client()
    client.create_project(ProjectName="plates")
    lookout.entries.manifests["s3://bucket/datasets/plates/train.manifest"] = lines(normal=12, anomaly=10).encode()
    client.create_dataset(**TRAIN, DatasetSource=MANIFEST)
    conflict = refused(client, "ConflictException", "create_model", ProjectName="plates", OutputConfig=OUTPUT)
    assert "8 more normal images" in conflict["Error"]["Message"]


def test_a_manifest_that_is_not_json_lines_is_named_by_line_and_field(lookout: Lookout) -> None:
    client = lookout.client()
    client.create_project(ProjectName="plates")
    lookout.entries.manifests["s3://bucket/datasets/plates/train.manifest"] = b"no JSON\n"
    error = refused(client, "ValidationException", "create_dataset", **TRAIN, DatasetSource=MANIFEST)
    assert "line 1" in error["Error"]["Message"]


@pytest.mark.parametrize(
    ("operation", "parameters", "field"),
    [
        ("create_project", {"ProjectName": "no spaces"}, "ProjectName"),
        ("create_dataset", {"ProjectName": "plates", "DatasetType": "other"}, "DatasetType"),
        ("describe_dataset", {"ProjectName": "plates", "DatasetType": "other"}, "DatasetType"),
        ("list_dataset_entries", TRAIN | {"NextToken": "bm8="}, "NextToken"),
        ("list_dataset_entries", TRAIN | {"AnomalyClass": "other"}, "anomalyClass"),
        ("update_dataset_entries", TRAIN | {"Changes": b"no JSON"}, "line 1"),
        (
            "create_model",
            {"ProjectName": "plates", "OutputConfig": {"S3Location": {"Bucket": SETTINGS.bucket, "Prefix": "/x"}}},
            "Prefix",
        ),
        ("create_project", {"ProjectName": "plates", "ClientToken": "no spaces"}, "ClientToken"),
        ("detect_anomalies", IMAGE | {"Body": b"GIF89a"}, "Body"),
        ("tag_resource", {"ResourceArn": "arn:aws:s3:::bucket", "Tags": []}, "ResourceArn"),
        ("list_tags_for_resource", {"ResourceArn": "plates"}, "ResourceArn"),
    ],
)
def test_a_wrong_parameter_is_named(
    with_dataset: Lookout, operation: str, parameters: dict[str, Any], field: str
) -> None:
    assert field in refused(with_dataset.client(), "ValidationException", operation, **parameters)["Error"]["Message"]


@pytest.mark.parametrize("size", ["0", "101", "x", "99999999999999999999"])
def test_a_wrong_page_size_is_refused(lookout: Lookout, size: str) -> None:
    answer = lookout.send("GET", f"/2020-11-20/projects?maxResults={size}")
    assert (answer.status, answer.body["Code"]) == (400, "ValidationException")


def test_packaging_jobs_say_what_to_use_instead(lookout: Lookout) -> None:
    client = lookout.client()
    for operation, parameters in (
        ("list_model_packaging_jobs", {}),
        ("describe_model_packaging_job", {"JobName": "j"}),
    ):
        error = refused(client, "ValidationException", operation, ProjectName="plates", **parameters)
        assert "linewatch detect --model" in error["Error"]["Message"]


def test_an_image_that_can_never_be_inspected_is_refused_with_its_reason(hosted: Lookout) -> None:
    hosted.detector.detection = Detection(unprocessable="the image is truncated")
    error = refused(hosted.client(), "ValidationException", "detect_anomalies", **IMAGE)
    assert error["Error"]["Message"] == "the image is truncated"


def test_the_answer_to_a_large_image_names_the_presigned_way(hosted: Lookout) -> None:
    with pytest.raises(ClientError, match="POST /uploads") as raised:
        hosted.client().detect_anomalies(**IMAGE | {"Body": JPEG + bytes(LARGEST_SENT_WHOLE)})
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    assert not hosted.detector.requests


def test_too_many_at_the_same_time_can_be_tried_again(hosted: Lookout) -> None:
    hosted.detector.fault = Throttled("too many images")
    throttled = refused(hosted.client(), "ThrottlingException", "detect_anomalies", **IMAGE)
    assert throttled["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"


def test_an_unexpected_error_gives_only_the_id_in_the_log(hosted: Lookout, lines: list[dict[str, Any]]) -> None:
    hosted.detector.fault = RuntimeError("the secret cause")
    failed = refused(hosted.client(), "InternalServerException", "detect_anomalies", **IMAGE)
    assert failed["ResponseMetadata"]["RequestId"] in failed["Error"]["Message"]
    assert "secret cause" not in str(failed)
    assert "the secret cause" in str(lines)
    assert failed["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '{"ProjectName": 1}', "ü", "[" * 100_000])
def test_any_body_is_answered(lookout: Lookout, body: str) -> None:
    answer = lookout.send("POST", "/2020-11-20/projects", body)
    assert (answer.status, answer.body["Code"]) == (400, "ValidationException")


def test_a_camera_may_not_even_ask_for_packaging_jobs(lookout: Lookout) -> None:
    refused(lookout.client(Role.CAMERA), "AccessDeniedException", "list_model_packaging_jobs", ProjectName="plates")
