"""Queues: settling a batch that failed in part, and writing to a dead-letter queue."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING, Literal

from chalicelib.core.errors import NotSent

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import (
        ChangeMessageVisibilityBatchRequestEntryTypeDef,
        DeleteMessageBatchRequestEntryTypeDef,
        MessageTypeDef,
        SendMessageBatchRequestEntryTypeDef,
    )

LARGEST_REQUEST = 10
"""Entries that one batch request takes."""


class SQSQueues:
    """Any queue of this account, by name. Its address is asked for once."""

    def __init__(self, client: "SQSClient") -> None:
        self._client = client
        self._url = cache(self._ask_url)

    def _ask_url(self, queue: str) -> str:
        return self._client.get_queue_url(QueueName=queue)["QueueUrl"]

    def delete(self, queue: str, receipts: Sequence[str]) -> None:
        """Delete delivered messages. One that is not deleted comes again, which every handler stands."""
        for chunk in batched(receipts, LARGEST_REQUEST):
            entries: list[DeleteMessageBatchRequestEntryTypeDef] = [
                {"Id": str(at), "ReceiptHandle": receipt} for at, receipt in enumerate(chunk)
            ]
            self._client.delete_message_batch(QueueUrl=self._url(queue), Entries=entries)

    def delay(self, queue: str, seconds: Mapping[str, int]) -> None:
        """Hide messages, by receipt, for so many seconds before they are delivered again."""
        for chunk in batched(seconds.items(), LARGEST_REQUEST):
            entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
                {"Id": str(at), "ReceiptHandle": receipt, "VisibilityTimeout": delay}
                for at, (receipt, delay) in enumerate(chunk)
            ]
            self._client.change_message_visibility_batch(QueueUrl=self._url(queue), Entries=entries)

    def put(self, queue: str, body: str, attributes: Mapping[str, str]) -> None:
        """Send one message."""
        self._client.send_message(
            QueueUrl=self._url(queue),
            MessageBody=body,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        )

    def put_all(self, queue: str, bodies: Sequence[str]) -> None:
        """Send many messages; `NotSent` when the queue refused some, though it may have taken others."""
        for chunk in batched(bodies, LARGEST_REQUEST):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(at), "MessageBody": body} for at, body in enumerate(chunk)
            ]
            answer = self._client.send_message_batch(QueueUrl=self._url(queue), Entries=entries)
            if refused := answer.get("Failed"):
                raise NotSent(f"{queue} refused {len(refused)} messages, first {refused[0]['Code']}")

    def waiting(self, queue: str) -> int:
        """About how many messages wait to be received; one in flight or delayed is not among them."""
        name: Literal["ApproximateNumberOfMessages"] = "ApproximateNumberOfMessages"
        answer = self._client.get_queue_attributes(QueueUrl=self._url(queue), AttributeNames=[name])
        return int(answer["Attributes"][name])

    def receive(self, queue: str, *, hidden_seconds: int, wait_seconds: int) -> "list[MessageTypeDef]":
        """Up to ten messages with all their attributes, hidden from others for so long."""
        answer = self._client.receive_message(
            QueueUrl=self._url(queue),
            MaxNumberOfMessages=LARGEST_REQUEST,
            VisibilityTimeout=hidden_seconds,
            WaitTimeSeconds=wait_seconds,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return answer.get("Messages", [])


class SQSDeadLetterWriter:
    """One dead-letter queue; the error travels as the attribute `cause`, cut to what one may hold."""

    def __init__(self, queues: SQSQueues, queue: str) -> None:
        self._queues = queues
        self._queue = queue

    def put(self, body: str, error: str) -> None:
        """Send `body` whole."""
        self._queues.put(self._queue, body, {"cause": error[:1000]})
