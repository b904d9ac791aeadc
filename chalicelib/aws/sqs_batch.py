"""Handle a batch of SQS messages, of which some may fail."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.aws.failure_log import FailureLog
from chalicelib.aws.observability import log_failure
from chalicelib.core.errors import MessagesFailed

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
    workers: int = 1,
) -> None:
    """Handle every message, `workers` at a time. A failed message does not affect the others (see `settle`)."""

    def attempt(message: Message) -> Exception | None:
        try:
            handle(message)
        except Exception as error:  # noqa: BLE001 - recorded as the message's error and raised by settle
            return error
        return None

    with ThreadPoolExecutor(workers) as pool:
        outcomes = list(pool.map(attempt, messages))
    settle(list(zip(messages, outcomes, strict=True)), queues=queues, failure_log=failure_log)


def settle(
    outcomes: Sequence[tuple[Message, Exception | None]], *, queues: Queues, failure_log: FailureLog | None
) -> None:
    """Delete the messages that succeeded, and let the queue deliver the failed ones again, later each time.

    When no message failed, Lambda deletes the batch itself. Otherwise this deletes the messages that succeeded,
    records the error of each failed one, and raises `MessagesFailed` so that the queue keeps those. `failure_log` is
    None for messages from a dead-letter queue, whose errors are already recorded.
    """
    failed = [(message, error) for message, error in outcomes if error is not None]
    if not failed:
        return
    for message, error in failed:
        log_failure("message failed", error, message_id=message.message_id, receives=message.receives)
    queue = failed[0][0].queue
    queues.delete(queue, [message.receipt for message, error in outcomes if error is None])
    if failure_log is not None:
        for message, error in failed:
            failure_log.record(message.message_id, describe_error(error))
    queues.delay(queue, {message.receipt: message.delay for message, _ in failed})
    described = "; ".join(f"{message.message_id}: {describe_error(error)}" for message, error in failed)
    raise MessagesFailed(f"{len(failed)} of {len(outcomes)} messages failed: {described}") from failed[0][1]


LONGEST_ERROR = 2000
"""Characters. People read an error and DynamoDB stores it, but some errors quote their whole input."""


def describe_error(error: BaseException) -> str:
    """The error and the errors that it came from, on one line of at most `LONGEST_ERROR` characters."""
    chain: list[str] = []
    link: BaseException | None = error
    while link is not None:
        chain.append(f"{type(link).__name__}: {link}")
        link = link.__cause__
    return " <- ".join(chain)[:LONGEST_ERROR]
