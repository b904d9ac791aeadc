"""Direct access to moto's queues, streams and topics, for what AWS does without a request."""

from datetime import UTC, datetime
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.dynamodb.models import dynamodb_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from tests.pipeline.account import NUMBER, REGION


def queues(prefix: str) -> list[str]:
    """The names of the queues that begin so."""
    return [name for name in sqs_backends[NUMBER][REGION].queues if name.startswith(prefix)]


def read_queues(prefix: str) -> list[str]:
    """Of these queues, those that an enabled mapping reads. Moto would read them too, and call functions in Docker."""
    mappings: dict[str, Any] = lambda_backends[NUMBER][REGION]._event_source_mappings
    read = {each.event_source_arn.rpartition(":")[2] for each in mappings.values() if each.enabled}
    for queue in sqs_backends[NUMBER][REGION].queues.values():
        queue.lambda_event_source_mappings.clear()
    return [name for name in queues(prefix) if name in read]


def waiting(queue: str) -> list[float]:
    """When each message of a queue is visible (again), in seconds since 1970."""
    messages = sqs_backends[NUMBER][REGION].queues[queue]._messages
    return [max(message.visible_at, message.delayed_until) / 1000 for message in messages]


def messages(queue: str) -> list[Any]:
    """The messages of a queue, visible or not, as moto has them."""
    return list(sqs_backends[NUMBER][REGION].queues[queue]._messages)


def remove(queue: str, message: Any) -> None:
    """Take a message out of a queue, whether or not it was received."""
    sqs_backends[NUMBER][REGION].queues[queue]._messages.remove(message)


def renew(queue: str) -> None:
    """Date all messages now. A message can be hidden for 12 hours: from its sending in moto, from a receive in SQS."""
    for message in messages(queue):
        message.sent_timestamp = int(datetime.now(UTC).timestamp() * 1000)


def receive(queue: str, most: int) -> list[dict[str, Any]]:
    """Up to `most` messages as records of a Lambda event; messages received too often become dead letters."""
    sqs: Any = sqs_backends[NUMBER][REGION]
    messages = sqs.receive_message(queue, most, 0, sqs.queues[queue].visibility_timeout)
    return [
        {
            "messageId": message.id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "attributes": {
                "ApproximateReceiveCount": str(message.approximate_receive_count),
                "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
                "SentTimestamp": str(message.sent_timestamp),
            },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{REGION}:{NUMBER}:{queue}",
            "awsRegion": REGION,
        }
        for message in messages
    ]


def delete(queue: str, receipt: str) -> None:
    """Delete a message."""
    sqs_backends[NUMBER][REGION].delete_message(queue, receipt)


def empty(queue: str) -> None:
    """Delete all messages."""
    sqs_backends[NUMBER][REGION].purge_queue(queue)


def changes(table: str) -> list[dict[str, Any]]:
    """All records of a table's stream, as Lambda delivers them, without writes that change nothing, like DynamoDB."""
    stream: Any = dynamodb_backends[NUMBER][REGION].tables[table].stream_shard
    records = [record.to_json() for record in stream.items]
    return [
        record | {"dynamodb": _with_seconds(record["dynamodb"])}
        for record in records
        if record["dynamodb"].get("OldImage") != record["dynamodb"].get("NewImage")
    ]


def _with_seconds(change: dict[str, Any]) -> dict[str, Any]:
    created: datetime = change["ApproximateCreationDateTime"]
    return change | {"ApproximateCreationDateTime": created.replace(tzinfo=UTC).timestamp()}


def notifications(topic: str) -> list[tuple[str, str]]:
    """The alert id and the text of every notification of a topic."""
    backend: Any = sns_backends[NUMBER][REGION].topics[f"arn:aws:sns:{REGION}:{NUMBER}:{topic}"]
    sent = backend.sent_notifications
    return [(attributes["alert_id"]["Value"], text) for _, text, _, attributes, _ in sent]


def subjects(topic: str) -> list[str]:
    """The subject of every notification of a topic."""
    backend: Any = sns_backends[NUMBER][REGION].topics[f"arn:aws:sns:{REGION}:{NUMBER}:{topic}"]
    return [subject for _, _, subject, _, _ in backend.sent_notifications]
