"""Handle a batch of SQS messages, of which some may fail."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from chalicelib.aws.observability import log_failure
from chalicelib.aws.platform import Platform
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import MessagesFailed

type BatchAnswer = dict[str, list[dict[str, str]]]
"""What Lambda reads: `{"batchItemFailures": [{"itemIdentifier": MESSAGE_ID}, …]}`."""

BACK_OFF = (2, 8, 30, 120)
"""Seconds before the second, third, … delivery. SQS has no back-off of its own."""


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery of a message. `receives` counts its deliveries, this one included."""

    message_id: str
    body: str
    receipt: str
    receives: int
    queue: str

    @property
    def delay(self) -> int:
        """Seconds to wait before the next delivery, if this one fails."""
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


NAMED = 10
"""The most failed messages that the raised error names; the log has all."""


def each_message(
    event: Mapping[str, Any],
    handle: Callable[[Message], None],
    platform: Platform,
    *,
    workers: int = 1,
    record_errors: bool = True,
) -> BatchAnswer:
    """Handle every message of an SQS event, `workers` at a time. One that fails stops no other (see `settle`)."""
    messages = messages_of(event)

    def attempt(message: Message) -> Exception | None:
        try:
            handle(message)
        except Exception as error:  # noqa: BLE001 - recorded as the message's error by settle
            return error
        return None

    with ThreadPoolExecutor(workers) as pool:
        outcomes = list(pool.map(attempt, messages))
    return settle(list(zip(messages, outcomes, strict=True)), platform, record_errors=record_errors)


def each_of[T](things: Iterable[T], work: Callable[[T], object]) -> None:
    """Do the work for each; then raise the first error, with the others as its notes."""
    errors: list[Exception] = []
    for thing in things:
        try:
            work(thing)
        except Exception as error:  # noqa: BLE001 - raised below, after the others had their turn
            errors.append(error)
    if errors:
        for other in errors[1:NAMED]:
            errors[0].add_note(describe_error(other))
        raise errors[0]


def settle(
    outcomes: Sequence[tuple[Message, Exception | None]], platform: Platform, *, record_errors: bool = True
) -> BatchAnswer:
    """Delete the messages that succeeded, and let the queue deliver the failed ones again, later each time.

    When no message failed, Lambda deletes the batch itself. Otherwise this deletes the messages that succeeded and
    records the error of each failed one. So that the queue keeps those, it names them in its answer if Lambda reads it
    (the setting `partial_batches`), and else raises `MessagesFailed`. Without `record_errors` no error is recorded: for
    messages of a dead-letter queue, which have theirs.
    """
    failed = [(message, error) for message, error in outcomes if error is not None]
    answer = {"batchItemFailures": [{"itemIdentifier": message.message_id} for message, _ in failed]}
    if not failed:
        return answer
    for message, error in failed:
        log_failure(
            "message failed", error, queue=message.queue, message_id=message.message_id, receives=message.receives
        )
    queue = failed[0][0].queue
    platform.queues.delete(queue, [message.receipt for message, error in outcomes if error is None])
    if record_errors:
        for message, error in failed:
            platform.failure_log.record(message.message_id, describe_error(error))
    platform.queues.delay(queue, {message.receipt: message.delay for message, _ in failed})
    if platform.settings.partial_batches:
        return answer
    described = "; ".join(f"{message.message_id}: {describe_error(error)}" for message, error in failed[:NAMED])
    raise MessagesFailed(f"{len(failed)} of {len(outcomes)} messages failed: {described}") from failed[0][1]
