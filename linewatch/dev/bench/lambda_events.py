"""Build events as AWS passes them to the handlers."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.core.events import event_of
from chalicelib.core.inspection import Inspection
from chalicelib.inspections.items import to_item

type Event = dict[str, Any]


def result_of(inspection: Inspection) -> str:
    """The body of the message that a rule of the event bus sends for an inspection."""
    event = event_of(inspection)
    return json.dumps({"detail-type": event.event_type, "detail": event.model_dump(mode="json")})


def messages_event(bodies: Sequence[str]) -> Event:
    """An event with messages of a queue, each received for the first time."""
    return {"Records": [_record(str(number), body, str(number)) for number, body in enumerate(bodies)]}


def received_event(messages: Sequence[Mapping[str, Any]]) -> Event:
    """An event with messages as ReceiveMessage returned them."""
    return {"Records": [_record(each["MessageId"], each["Body"], each["ReceiptHandle"]) for each in messages]}


def changes_event(inspections: Sequence[Inspection]) -> Event:
    """An event with records of the table's stream."""
    return {
        "Records": [
            {"eventName": "INSERT", "dynamodb": {"NewImage": to_item(inspection)}} for inspection in inspections
        ]
    }


def _record(message_id: str, body: str, receipt: str) -> dict[str, Any]:
    return {
        "messageId": message_id,
        "receiptHandle": receipt,
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:queue",
    }
