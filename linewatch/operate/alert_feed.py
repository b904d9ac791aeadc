"""Arrived alerts as they are sent, by a temporary subscription."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from linewatch.stack.target import Target

_GATEWAY = re.compile(r"https://\w+\.execute-api\.[\w.-]+/v1")
"""The API's address on AWS. On the emulator it has another one."""


@dataclass(frozen=True, slots=True)
class ReceivedAlert:
    """One alert or digest as a subscriber gets it. A copy has the same `alert_id`."""

    alert_id: str
    subject: str
    body: str


type Arrived = Callable[[int], list[ReceivedAlert]]
"""Returns the alerts since the last call. Waits up to this many seconds (at most 20) for the first one."""


@contextmanager
def follow(target: Target) -> Iterator[Arrived]:
    """Subscribe to the target's alerts during the block. Messages of alarms, which use the same topic, are left out."""
    sqs = target.client("sqs")
    with subscribed_queue(target) as queue:
        yield lambda wait_seconds: _received(sqs, queue, wait_seconds, target.api_url)


@contextmanager
def subscribed_queue(target: Target, topic_of: str = "alerts") -> Iterator[str]:
    """The URL of a new queue that gets a topic's messages. Subscription and queue are removed after the block."""
    sqs, sns = target.client("sqs"), target.client("sns")
    topic = f"arn:{sns.meta.partition}:sns:{target.region}:{target.account}:linewatch-{target.stage}-{topic_of}"
    with ExitStack() as undo:
        queue = sqs.create_queue(QueueName=f"linewatch-{target.stage}-follower-{uuid4().hex[:12]}")["QueueUrl"]
        undo.callback(sqs.delete_queue, QueueUrl=queue)
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": _policy(topic, arn)})
        subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
        undo.callback(sns.unsubscribe, SubscriptionArn=subscription["SubscriptionArn"])
        yield queue


def _policy(topic: str, queue: str) -> str:
    """A queue policy that allows only the topic to send to the queue."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _received(sqs: Any, queue: str, wait_seconds: int, api_url: str | None) -> list[ReceivedAlert]:
    alerts: list[ReceivedAlert] = []
    while messages := sqs.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=0 if alerts else wait_seconds
    ).get("Messages"):
        envelopes = [json.loads(message["Body"]) for message in messages]
        alerts += [_alert_of(each, api_url) for each in envelopes if "alert_id" in each.get("MessageAttributes", {})]
        for message in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return alerts


def _alert_of(envelope: dict[str, Any], api_url: str | None) -> ReceivedAlert:
    body = envelope["Message"]
    return ReceivedAlert(
        alert_id=envelope["MessageAttributes"]["alert_id"]["Value"],
        subject=envelope["Subject"],
        body=body if api_url is None else _GATEWAY.sub(lambda _: api_url, body),
    )
