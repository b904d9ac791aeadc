"""A deployment on moto with what recovery needs: tables, queues, bucket and bus, all empty."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.composition import Linewatch
from chalicelib.core.inspection import Inspection
from tests.support.deployment import ENVIRONMENT, a_linewatch, create_tables

QUEUES = ("uploads", "inspection", "results", "alerts", "manifests", "training", "replays", "shadows")
DEAD_LETTER_QUEUES = (
    "inspection",
    "unreadable",
    "results",
    "alerts",
    "manifests",
    "training",
    "replays",
    "shadows",
    "relay",
    "stream",
    "events",
)


@dataclass
class Deployment:
    """The deployment, with helpers for tests."""

    linewatch: Linewatch
    sqs: Any
    s3: Any

    def send(self, queue: str, body: str, **attributes: str) -> None:
        self.linewatch.platform.queues.put(f"linewatch-test-{queue}", body, attributes)

    def bodies(self, queue: str) -> list[str]:
        """The bodies of up to ten messages, which are hidden afterwards."""
        url = self.sqs.get_queue_url(QueueName=f"linewatch-test-{queue}")["QueueUrl"]
        found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [message["Body"] for message in found.get("Messages", [])]

    def upload(self, key: str) -> str:
        """Returns the ETag."""
        etag: str = self.s3.put_object(Bucket="linewatch-test-123456789012", Key=key, Body=b"image")["ETag"]
        return etag.strip('"')

    def find(self, inspection_id: str) -> Inspection | None:
        return self.linewatch.inspections.table.find(inspection_id, "live")


@contextmanager
def deployed() -> Iterator[Deployment]:
    """Create everything, and set the credentials in this process's environment."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        sqs, s3 = boto3.client("sqs"), boto3.client("s3")
        create_tables(boto3.client("dynamodb"))
        boto3.client("dynamodb").create_table(
            TableName="linewatch-test-failures",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "message_id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "message_id", "KeyType": "HASH"}],
        )
        boto3.client("dynamodb").create_table(
            TableName="linewatch-test-acknowledgements",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "missing", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "missing", "KeyType": "HASH"}],
        )
        for queue in (*QUEUES, *(f"{name}-dlq" for name in DEAD_LETTER_QUEUES)):
            sqs.create_queue(QueueName=f"linewatch-test-{queue}")
        location: Any = {"LocationConstraint": ENVIRONMENT["AWS_REGION"]}
        s3.create_bucket(Bucket="linewatch-test-123456789012", CreateBucketConfiguration=location)
        boto3.client("events").create_event_bus(Name="linewatch-test")
        yield Deployment(a_linewatch(), sqs, s3)
