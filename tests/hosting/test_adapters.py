"""The queues and mappings of projects, and the function that follows, on moto."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.hosting.cloudwatch import CloudWatchQueueAges
from chalicelib.hosting.domain import HostingBusy, HostingRefused, Reading
from chalicelib.hosting.lambda_mappings import LambdaMappings
from chalicelib.hosting.model_check import CheckFailed, LambdaModelCheck
from chalicelib.hosting.sqs import SQSProjectQueues
from tests.support.fake_aws import FakeFailureLog
from tests.support.fake_client import as_client

REGION = "eu-west-1"
FUNCTION = f"arn:aws:lambda:{REGION}:123456789012:function:inspect"
QUEUES = f"arn:aws:sqs:{REGION}:123456789012:"
POLICY = {"Statement": [{"Sid": "OnlyOverTls", "Effect": "Deny"}, {"Sid": "FromTheBucket", "Effect": "Allow"}]}


@pytest.fixture
def sqs() -> Iterator[Any]:
    with mock_aws():
        client: Any = boto3.client("sqs", region_name=REGION)
        client.create_queue(QueueName="dead")
        redrive = json.dumps({"deadLetterTargetArn": f"{QUEUES}dead", "maxReceiveCount": "5"})
        attributes = {"VisibilityTimeout": "180", "MessageRetentionPeriod": "1209600", "RedrivePolicy": redrive}
        client.create_queue(QueueName="shared", Attributes=attributes | {"Policy": json.dumps(POLICY)})
        yield client


def queues(client: Any, log: FakeFailureLog | None = None) -> SQSProjectQueues:
    return SQSProjectQueues(
        client,
        stage="test",
        prefix="project-",
        pattern="shared",
        dead_letters="dead",
        failure_log=log or FakeFailureLog(),
    )


def attributes_of(sqs: Any, queue: str) -> dict[str, str]:
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return found


def test_a_projects_queue_is_like_the_shared_one_and_only_functions_send_to_it(sqs: Any) -> None:
    for _ in range(2):
        queues(sqs).ensure("project-a", "a")
    made, shared = attributes_of(sqs, "project-a"), attributes_of(sqs, "shared")
    for name in ("VisibilityTimeout", "MessageRetentionPeriod", "RedrivePolicy"):
        assert made[name] == shared[name]
    assert [each["Sid"] for each in json.loads(made["Policy"])["Statement"]] == ["OnlyOverTls"]
    assert queues(sqs).names() == {"project-a"}


def test_a_queue_belongs_to_the_project_and_stage_of_its_tags(sqs: Any) -> None:
    queues(sqs).ensure("project-a", "a")
    sqs.create_queue(QueueName="project-x", tags={"linewatch:stage": "other", "linewatch:project": "x"})
    assert [queues(sqs).project_of(f"project-{each}") for each in "axz"] == ["a", None, None]


def test_what_waits_in_a_removed_queue_becomes_a_dead_letter_with_the_reason(sqs: Any) -> None:
    log = FakeFailureLog()
    queues(sqs).ensure("project-a", "a")
    for at in range(12):
        sqs.send_message(QueueUrl="project-a", MessageBody=str(at))
    for _ in range(2):
        queues(sqs, log).remove("project-a", "the project is gone")
    assert queues(sqs).names() == set()
    assert attributes_of(sqs, "dead")["ApproximateNumberOfMessages"] == "12"
    [message] = sqs.receive_message(QueueUrl="dead", MaxNumberOfMessages=1)["Messages"]
    assert log.find(message["MessageId"]) == "the project is gone"


def test_a_queue_stays_until_what_a_killed_run_received_can_be_received_again(sqs: Any) -> None:
    queues(sqs).ensure("project-a", "a")
    for at in range(2):
        sqs.send_message(QueueUrl="project-a", MessageBody=str(at))
    [received] = sqs.receive_message(QueueUrl="project-a", MaxNumberOfMessages=1, VisibilityTimeout=60)["Messages"]
    with pytest.raises(HostingBusy):
        queues(sqs).remove("project-a", "the project is gone")
    assert queues(sqs).names() == {"project-a"}
    sqs.change_message_visibility(QueueUrl="project-a", ReceiptHandle=received["ReceiptHandle"], VisibilityTimeout=0)
    queues(sqs).remove("project-a", "the project is gone")
    assert queues(sqs).names() == set()
    assert attributes_of(sqs, "dead")["ApproximateNumberOfMessages"] == "2"


def test_a_queue_that_was_just_deleted_can_be_made_later() -> None:
    class JustDeleted:
        def get_queue_url(self, QueueName: str) -> dict[str, str]:  # noqa: N803
            if QueueName == "shared":
                return {"QueueUrl": "shared"}
            raise an_error("QueueDoesNotExist")

        def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
            return {"Attributes": {}}

        def create_queue(self, **_: Any) -> None:
            raise an_error("AWS.SimpleQueueService.QueueDeletedRecently")

    with pytest.raises(HostingBusy):
        queues(as_client(JustDeleted())).ensure("project-a", "a")


def an_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code.partition(":")[0], "Message": code}}, "Operation")


@pytest.fixture
def mappings(sqs: Any) -> LambdaMappings:
    """With a function for them."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = boto3.client("iam", region_name=REGION).create_role(RoleName="r", AssumeRolePolicyDocument=trust)["Role"][
        "Arn"
    ]
    with ZipFile(content := BytesIO(), "w") as file:
        file.writestr("app.py", "")
    functions = boto3.client("lambda", region_name=REGION)
    code: Any = {"ZipFile": content.getvalue()}
    functions.create_function(FunctionName="inspect", Role=role, Runtime="python3.12", Handler="app.f", Code=code)
    sqs.create_queue(QueueName="project-a")
    return LambdaMappings(functions, function=FUNCTION, queue_arn=QUEUES, prefix="project-")


def test_a_mapping_is_made_stopped_started_and_deleted(mappings: LambdaMappings, sqs: Any) -> None:
    assert mappings.find("project-a") is None
    made = mappings.create("project-a", 4)
    assert made.are(4)
    stopped = mappings.stop(made)
    assert (stopped.reading, mappings.find("project-a")) == (Reading.OFF, stopped)
    assert mappings.start(stopped, 6).are(6)
    assert list(mappings.all()) == ["project-a"]
    mappings.delete(made)
    mappings.delete(made)
    assert mappings.all() == {}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ResourceInUseException", HostingBusy),
        ("TooManyRequestsException", HostingBusy),
        ("InvalidParameterValueException", HostingRefused),
        ("InvalidParameterValueException: AWS.SimpleQueueService.NonExistentQueue", HostingBusy),
        ("ServiceException", ClientError),
    ],
)
def test_what_passes_is_another_error_than_what_aws_will_never_do(code: str, kind: type[Exception]) -> None:
    class Failing:
        def create_event_source_mapping(self, **_: Any) -> None:
            raise an_error(code)

    with pytest.raises(kind):
        LambdaMappings(as_client(Failing()), function=FUNCTION, queue_arn=QUEUES, prefix="").create("project-a", 2)


@pytest.mark.parametrize(("limit", "most"), [(1000, 980), (10, 2)])
def test_one_unit_may_run_in_the_smallest_account(limit: int, most: int) -> None:
    class Account:
        def get_account_settings(self) -> dict[str, Any]:
            return {"AccountLimit": {"UnreservedConcurrentExecutions": limit}}

    mappings = LambdaMappings(as_client(Account()), function=FUNCTION, queue_arn=QUEUES, prefix="")
    assert mappings.most_workers() == most


class FakeFunctions:
    """The function that inspects, which answers so."""

    def __init__(self, error: dict[str, str] | None = None) -> None:
        self.error, self.payloads = error, list[dict[str, str]]()

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        assert FunctionName == FUNCTION
        self.payloads.append(json.loads(Payload))
        if self.error is None:
            return {"StatusCode": 200}
        return {"FunctionError": "Unhandled", "Payload": BytesIO(json.dumps(self.error).encode())}


def test_a_version_is_tested_where_it_would_inspect() -> None:
    functions = FakeFunctions()
    assert LambdaModelCheck(as_client(functions), FUNCTION).failure("plates", 7) is None
    assert functions.payloads == [{"selfTest": "plates", "version": "7"}]


@pytest.mark.parametrize("kind", ["ModelRefused", "Runtime.ExitError", "Sandbox.Timedout"])
def test_a_version_that_does_not_load_says_why(kind: str) -> None:
    functions = FakeFunctions({"errorType": kind, "errorMessage": "out of memory"})
    failure = LambdaModelCheck(as_client(functions), FUNCTION).failure("plates", 7)
    assert failure == "version 7 failed its test: out of memory"


def test_an_error_that_is_not_the_versions_is_raised_and_tried_again() -> None:
    functions = FakeFunctions({"errorType": "EndpointConnectionError", "errorMessage": "no S3"})
    with pytest.raises(CheckFailed, match="could not be tested: EndpointConnectionError: no S3"):
        LambdaModelCheck(as_client(functions), FUNCTION).failure("plates", 7)


def test_the_latest_age_of_a_queues_oldest_message_counts() -> None:
    now = datetime(2026, 3, 14, 12, tzinfo=UTC)
    with mock_aws():
        client: Any = boto3.client("cloudwatch", region_name=REGION)
        ages = CloudWatchQueueAges(client, lambda: now)
        assert ages.oldest("project-a") is None
        for minutes, age in ((20, 9000.0), (3, 700.0), (2, 60.0)):
            metric = {"MetricName": "ApproximateAgeOfOldestMessage", "Value": age}
            metric |= {"Dimensions": [{"Name": "QueueName", "Value": "project-a"}]}
            metric |= {"Timestamp": now - timedelta(minutes=minutes)}
            client.put_metric_data(Namespace="AWS/SQS", MetricData=[metric])
        assert ages.oldest("project-a") == timedelta(seconds=60)
        assert ages.oldest("project-b") is None
