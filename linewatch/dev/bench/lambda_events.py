"""Events as AWS hands them to the handlers."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.core.events import event_of
from chalicelib.core.inspection import Inspection
from chalicelib.inspections.dynamodb import to_item

type Event = dict[str, Any]


def result_of(inspection: Inspection) -> str:
    """What a rule of the bus puts on a queue, as the body of a message."""
    event = event_of(inspection)
    return json.dumps({"detail-type": event.event_type, "detail": event.model_dump(mode="json")})


def messages_event(bodies: Sequence[str]) -> Event:
    """The messages of a queue, each received for the first time."""
    return {"Records": [_record(str(number), body, str(number)) for number, body in enumerate(bodies)]}


def received_event(messages: Sequence[Mapping[str, Any]]) -> Event:
    """Messages as they were received from a queue."""
    return {"Records": [_record(each["MessageId"], each["Body"], each["ReceiptHandle"]) for each in messages]}


def changes_event(inspections: Sequence[Inspection]) -> Event:
    """Records of the table's stream."""
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
