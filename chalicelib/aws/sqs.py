"""SQS queues: send, receive, delay and delete messages, and write to a dead-letter queue."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import ClientError

from chalicelib.aws.batch_requests import AT_ONCE, LARGEST_REQUEST, in_requests
from chalicelib.aws.large_bodies import LargeBodies
from chalicelib.core.errors import NotSent
from chalicelib.core.values import storable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import (
        ChangeMessageVisibilityBatchRequestEntryTypeDef,
        DeleteMessageBatchRequestEntryTypeDef,
        MessageTypeDef,
        SendMessageBatchRequestEntryTypeDef,
    )

LARGEST_BODY = 200_000
"""Bytes of a message that Linewatch writes: SQS allows 256 KiB with the attributes."""

NO_QUEUE = {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}
"""The error codes for a queue that does not exist: of the older protocol of SQS, and of the newer one."""


class SQSQueues:
    """The queues of this account, by name. The URL of each queue is requested once."""

    def __init__(self, client: "SQSClient") -> None:
        self._client = client
        self._url = cache(self._ask_url)

    def _ask_url(self, queue: str) -> str:
        return self._client.get_queue_url(QueueName=queue)["QueueUrl"]

    def delete(self, queue: str, receipts: Sequence[str]) -> None:
        """Delete delivered messages. If one is not deleted it is delivered again, which every handler allows for."""
        for chunk in batched(receipts, LARGEST_REQUEST):
            entries: list[DeleteMessageBatchRequestEntryTypeDef] = [
                {"Id": str(at), "ReceiptHandle": receipt} for at, receipt in enumerate(chunk)
            ]
            self._client.delete_message_batch(QueueUrl=self._url(queue), Entries=entries)

    def delay(self, queue: str, seconds: Mapping[str, int]) -> None:
        """Hide messages before they are delivered again: seconds by receipt."""
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

    def put_later(self, queue: str, body: str, seconds: int) -> None:
        """Send one message that nobody receives before so many seconds, at most 900, have passed."""
        self._client.send_message(QueueUrl=self._url(queue), MessageBody=body, DelaySeconds=seconds)

    def put_all(self, queue: str, bodies: Sequence[str]) -> None:
        """Send many messages; `NotSent` when the queue refused some. It may have accepted others."""
        if not bodies:
            return
        url = self._url(queue)

        def send(chunk: Sequence[str]) -> None:
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(at), "MessageBody": body} for at, body in enumerate(chunk)
            ]
            answer = self._client.send_message_batch(QueueUrl=url, Entries=entries)
            if refused := answer.get("Failed"):
                raise NotSent(f"{queue} refused {len(refused)} messages, first {refused[0]['Code']}")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(send, in_requests(bodies, lambda body: len(body.encode()))))

    def put_if_there(self, queue: str, bodies: Sequence[str]) -> bool:
        """Send many messages; False if there is no such queue. A queue that is made again has the same URL."""
        try:
            self.put_all(queue, bodies)
        except ClientError as error:
            if error.response["Error"]["Code"] in NO_QUEUE:
                return False
            raise
        return True

    def waiting(self, queue: str) -> int:
        """The approximate number of messages that can be received now, without those in flight or delayed."""
        name: Literal["ApproximateNumberOfMessages"] = "ApproximateNumberOfMessages"
        answer = self._client.get_queue_attributes(QueueUrl=self._url(queue), AttributeNames=[name])
        return int(answer["Attributes"][name])

    def waiting_if_there(self, queue: str) -> int | None:
        """The same; None if there is no such queue."""
        try:
            return self.waiting(queue)
        except ClientError as error:
            if error.response["Error"]["Code"] in NO_QUEUE:
                return None
            raise

    def receive(self, queue: str, *, hidden_seconds: int, wait_seconds: int) -> "list[MessageTypeDef]":
        """Receive up to ten messages with all attributes, and hide them from others for `hidden_seconds`."""
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
    """A writer for one dead-letter queue. The error is the message attribute `cause`, cut to 1000 characters."""

    def __init__(self, queues: SQSQueues, queue: str, large_bodies: LargeBodies) -> None:
        self._queues = queues
        self._queue = queue
        self._large_bodies = large_bodies

    def put(self, body: str, error: str) -> None:
        """Send the whole body with its error."""
        cause = storable(error, 1000) or "no error text"
        self._queues.put(self._queue, self._large_bodies.shortened(body, LARGEST_BODY), {"cause": cause})
