"""A deployment on moto, as far as recovery needs it: tables, queues, bucket and bus, all empty."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib import outside
from chalicelib.domain.inspection import Inspection
from tests.deployment import ENVIRONMENT, create_tables, forget_wiring

QUEUES = ("inspection", "results", "alerts")
DEAD_LETTER_QUEUES = ("inspection", "unreadable", "results", "alerts", "relay", "stream", "events")


@dataclass
class Deployment:
    """What a test puts in and looks for."""

    sqs: Any
    s3: Any

    def send(self, queue: str, body: str, **attributes: str) -> None:
        outside.queues().put(f"linewatch-test-{queue}", body, attributes)

    def bodies(self, queue: str) -> list[str]:
        """What a queue shows; hidden by this for a while."""
        url = self.sqs.get_queue_url(QueueName=f"linewatch-test-{queue}")["QueueUrl"]
        found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [message["Body"] for message in found.get("Messages", [])]

    def upload(self, key: str) -> str:
        """Returns the ETag."""
        etag: str = self.s3.put_object(Bucket="linewatch-test-123456789012", Key=key, Body=b"image")["ETag"]
        return etag.strip('"')

    def find(self, inspection_id: str) -> Inspection | None:
        return outside.inspections().find(inspection_id, "live")


@contextmanager
def deployed() -> Iterator[Deployment]:
    """Make everything, and let the app be wired to it."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        forget_wiring()
        sqs, s3 = boto3.client("sqs"), boto3.client("s3")
        create_tables(boto3.client("dynamodb"))
        boto3.client("dynamodb").create_table(
            TableName="linewatch-test-failures",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "message_id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "message_id", "KeyType": "HASH"}],
        )
        for queue in (*QUEUES, *(f"{name}-dlq" for name in DEAD_LETTER_QUEUES)):
            sqs.create_queue(QueueName=f"linewatch-test-{queue}")
        location = {"LocationConstraint": ENVIRONMENT["AWS_REGION"]}
        s3.create_bucket(Bucket="linewatch-test-123456789012", CreateBucketConfiguration=location)
        boto3.client("events").create_event_bus(Name="linewatch-test")
        yield Deployment(sqs, s3)
    forget_wiring()
