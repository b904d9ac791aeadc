"""Handle a batch of SQS messages, of which some may fail."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.aws.failure_log import FailureLog
from chalicelib.aws.observability import log_failure
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


class Queues(Protocol):
    """What `settle` needs of the queues."""

    def delete(self, queue: str, receipts: Sequence[str]) -> None: ...
    def delay(self, queue: str, seconds: Mapping[str, int]) -> None: ...


def each_message(
    messages: Sequence[Message],
    handle: Callable[[Message], None],
    *,
    queues: Queues,
    failure_log: FailureLog | None,
    partial_batches: bool,
    workers: int = 1,
) -> BatchAnswer:
    """Handle every message, `workers` at a time. A failed message does not affect the others (see `settle`)."""

    def attempt(message: Message) -> Exception | None:
        try:
            handle(message)
        except Exception as error:  # noqa: BLE001 - recorded as the message's error by settle
            return error
        return None

    with ThreadPoolExecutor(workers) as pool:
        outcomes = list(pool.map(attempt, messages))
    return settle(
        list(zip(messages, outcomes, strict=True)),
        queues=queues,
        failure_log=failure_log,
        partial_batches=partial_batches,
    )


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
    outcomes: Sequence[tuple[Message, Exception | None]],
    *,
    queues: Queues,
    failure_log: FailureLog | None,
    partial_batches: bool,
) -> BatchAnswer:
    """Delete the messages that succeeded, and let the queue deliver the failed ones again, later each time.

    When no message failed, Lambda deletes the batch itself. Otherwise this deletes the messages that succeeded and
    records the error of each failed one. So that the queue keeps those, it names them in its answer if Lambda reads it
    (`partial_batches`), and else raises `MessagesFailed`. `failure_log` is None for messages from a dead-letter queue,
    whose errors are already recorded.
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
    queues.delete(queue, [message.receipt for message, error in outcomes if error is None])
    if failure_log is not None:
        for message, error in failed:
            failure_log.record(message.message_id, describe_error(error))
    queues.delay(queue, {message.receipt: message.delay for message, _ in failed})
    if partial_batches:
        return answer
    described = "; ".join(f"{message.message_id}: {describe_error(error)}" for message, error in failed[:NAMED])
    raise MessagesFailed(f"{len(failed)} of {len(outcomes)} messages failed: {described}") from failed[0][1]
