"""Alerts as a subscriber gets them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from linewatch.local.stack import LocalStack

WAIT_SECONDS = 1
"""How long one look for alerts waits, and so how long the end of the block may."""


@contextmanager
def alerts_heard(stack: LocalStack, hear: Callable[[str], None]) -> Iterator[None]:
    """Subscribe to the stack's alerts for as long as the block lasts; `hear` gets the subject of each."""
    queues, topics = stack.client("sqs"), stack.client("sns")
    url = queues.create_queue(QueueName=f"linewatch-{stack.stage}-subscriber")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = f"arn:aws:sns:{stack.region}:{stack.account}:linewatch-{stack.stage}-alerts"
    _let_publish(queues, url, arn, topic)
    subscription = topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
    ended = Event()
    listening = Thread(target=_listen, args=(queues, url, hear, ended), name="alerts")
    listening.start()
    try:
        yield
    finally:
        ended.set()
        listening.join()
        topics.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
        queues.delete_queue(QueueUrl=url)


def _let_publish(queues: Any, url: str, queue: str, topic: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def _listen(queues: Any, url: str, hear: Callable[[str], None], ended: Event) -> None:
    last = False
    while not last:
        last = ended.is_set()  # one more look after the end
        answer = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=WAIT_SECONDS)
        for message in answer.get("Messages", []):
            hear(json.loads(message["Body"])["Subject"])
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
