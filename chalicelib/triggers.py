"""AWS envelopes into domain values, and what becomes of the messages of a batch."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import unquote_plus

from chalicelib import wiring
from chalicelib.domain.image import UploadedImage
from chalicelib.errors import MessagesFailed
from chalicelib.events import INSPECTION_FACT, AnyInspectionFact
from chalicelib.observability import tell, tell_failure
from chalicelib.ports import Causes

BACK_OFF = (2, 8, 30, 120)
"""Seconds before the second, third, … delivery: SQS has no back-off of its own."""


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery of a queue's message."""

    message_id: str
    body: str
    receipt: str
    receives: int
    queue: str

    @property
    def delay(self) -> int:
        """Seconds until it should come again, should it fail now."""
        return BACK_OFF[min(self.receives, len(BACK_OFF)) - 1]


def messages_of(event: Mapping[str, Any]) -> list[Message]:
    """The messages of an SQS event."""
    return [
        Message(
            message_id=record["messageId"],
            body=record["body"],
            receipt=record["receiptHandle"],
            receives=int(record["attributes"]["ApproximateReceiveCount"]),
            queue=record["eventSourceARN"].rsplit(":", 1)[1],
        )
        for record in event["Records"]
    ]


class Queues(Protocol):
    """What settling a batch asks of the queues."""

    def delete(self, queue: str, receipts: Sequence[str]) -> None: ...
    def delay(self, queue: str, seconds: Mapping[str, int]) -> None: ...


def each_message(
    messages: Sequence[Message],
    handle: Callable[[Message], None],
    *,
    queues: Queues,
    causes: Causes,
    workers: int = 1,
) -> None:
    """Handle every message, `workers` at a time; one that fails harms none of the others (see `settle`)."""

    def attempt(message: Message) -> Exception | None:
        try:
            handle(message)
        except Exception as error:  # noqa: BLE001 - kept as the message's cause and raised by settle
            return error
        return None

    with ThreadPoolExecutor(workers) as pool:
        outcomes = list(pool.map(attempt, messages))
    settle(list(zip(messages, outcomes, strict=True)), queues=queues, causes=causes)


def settle(outcomes: Sequence[tuple[Message, Exception | None]], *, queues: Queues, causes: Causes) -> None:
    """Let the queue forget what succeeded and deliver again, later each time, what failed.

    When nothing failed, returning deletes the batch at no cost. Else what succeeded is deleted here, each failure's
    cause is kept for the dead-letter queue, and `MessagesFailed` makes the queue keep the rest.
    """
    failed = [(message, error) for message, error in outcomes if error is not None]
    if not failed:
        return
    for message, error in failed:
        tell_failure("message failed", error, message_id=message.message_id, receives=message.receives)
    queue = failed[0][0].queue
    queues.delete(queue, [message.receipt for message, error in outcomes if error is None])
    for message, error in failed:
        causes.keep(message.message_id, cause_of(error))
    queues.delay(queue, {message.receipt: message.delay for message, _ in failed})
    told = "; ".join(f"{message.message_id}: {cause_of(error)}" for message, error in failed)
    raise MessagesFailed(f"{len(failed)} of {len(outcomes)} messages failed: {told}") from failed[0][1]


def cause_of(error: BaseException) -> str:
    """The error and what it came from, on one line."""
    chain: list[str] = []
    link: BaseException | None = error
    while link is not None:
        chain.append(f"{type(link).__name__}: {link}")
        link = link.__cause__
    return " <- ".join(chain)


def uploads_in(message: Message) -> Iterator[UploadedImage]:
    """The objects that an S3 notification announces; S3's test event announces none."""
    notification = json.loads(message.body)
    if notification.get("Event") == "s3:TestEvent":
        return
    for record in notification["Records"]:
        stored = record["s3"]["object"]
        yield UploadedImage(
            bucket=record["s3"]["bucket"]["name"],
            key=unquote_plus(stored["key"]),
            etag=stored["eTag"].strip('"'),
            size_bytes=stored["size"],
            uploaded_at=datetime.fromisoformat(record["eventTime"]),
        )


def fact_in(message: Message) -> AnyInspectionFact:
    """The fact that a rule of the bus put on a queue."""
    return INSPECTION_FACT.validate_python(json.loads(message.body)["detail"])


def inspect_images(event: Mapping[str, Any]) -> None:
    """Judge every image that the batch announces; their objects are read at the same time."""
    inspect = wiring.inspect_image()

    def handle(message: Message) -> None:
        for image in uploads_in(message):
            inspection, new = inspect(image)
            tell(
                "image inspected" if new else "image had its verdict already",
                correlation_id=inspection.correlation_id,
                inspection_id=inspection.inspection_id,
                key=inspection.key,
                verdict=inspection.verdict,
                reason=inspection.reason,
            )

    messages = messages_of(event)
    each_message(messages, handle, queues=wiring.queues(), causes=wiring.causes(), workers=len(messages))
