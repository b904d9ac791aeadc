"""What subscribers receive, and their filters."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.alerts.notifications import Notification
from chalicelib.alerts.sns import SNSTopic

NOTIFICATION = Notification(
    "Subject", "Body", {}, {"line": "line-1", "camera": ("cam-1", "cam-2"), "confidence": 0.1234567}
)
REGION = "eu-west-1"


@pytest.fixture
def topic() -> Iterator[str]:
    with mock_aws():
        arn: str = boto3.client("sns", region_name=REGION).create_topic(Name="alerts")["TopicArn"]
        yield arn


def subscriber(topic: str, filter_policy: dict[str, Any] | None = None) -> Any:
    """A function that receives the new messages of a queue that is subscribed to the topic."""
    sqs, sns = boto3.client("sqs", region_name=REGION), boto3.client("sns", region_name=REGION)
    url = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    attributes = {} if filter_policy is None else {"FilterPolicy": json.dumps(filter_policy)}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    return lambda: [json.loads(message["Body"]) for message in sqs.receive_message(QueueUrl=url).get("Messages", [])]


def test_a_notification_arrives_with_its_attributes(topic: str) -> None:
    received = subscriber(topic)
    SNSTopic(boto3.client("sns", region_name=REGION), topic).publish(NOTIFICATION)
    [message] = received()
    assert (message["Subject"], message["Message"].strip()) == ("Subject", "Body")
    assert message["MessageAttributes"] == {
        "line": {"Type": "String", "Value": "line-1"},
        "camera": {"Type": "String.Array", "Value": '["cam-1", "cam-2"]'},
        "confidence": {"Type": "Number", "Value": "0.12346"},
    }


@pytest.mark.parametrize(
    ("filter_policy", "arrives"),
    [
        ({"line": ["line-1"]}, True),
        ({"line": ["line-2"]}, False),
        ({"camera": ["cam-2"]}, True),
        ({"camera": ["cam-3"]}, False),
        ({"confidence": [{"numeric": ["<", 0.2]}]}, True),
        ({"confidence": [{"numeric": ["<", 0.1]}]}, False),
    ],
)
def test_a_subscription_can_filter_notifications(topic: str, filter_policy: dict[str, Any], arrives: bool) -> None:
    received = subscriber(topic, filter_policy)
    SNSTopic(boto3.client("sns", region_name=REGION), topic).publish(NOTIFICATION)
    assert bool(received()) is arrives
