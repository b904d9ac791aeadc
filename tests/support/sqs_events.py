"""Messages of a queue, as Lambda delivers them."""

from collections.abc import Iterable
from typing import Any

from chalicelib.aws.sqs_batch import Message
from tests.support.builders import NOON


def messages(queue: str, *bodies: str) -> list[Message]:
    """Messages that are delivered for the first time: m0, m1, …"""
    return [Message(f"m{at}", body, f"r{at}", 1, queue) for at, body in enumerate(bodies)]


def sqs_event(batch: Iterable[Message]) -> dict[str, Any]:
    """The event with these messages, all first received at noon."""
    return {"Records": [_record(message) for message in batch]}


def _record(message: Message) -> dict[str, Any]:
    return {
        "messageId": message.message_id,
        "body": message.body,
        "receiptHandle": message.receipt,
        "attributes": {
            "ApproximateReceiveCount": str(message.receives),
            "ApproximateFirstReceiveTimestamp": str(int(NOON.timestamp() * 1000)),
        },
        "eventSourceARN": f"arn:aws:sqs:eu-west-1:123456789012:{message.queue}",
    }
