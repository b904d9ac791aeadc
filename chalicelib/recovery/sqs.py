"""Read the messages of a dead-letter queue. SQS has no read that does not hide messages for a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chalicelib.aws.failure_log import DIED, FailureLog
from chalicelib.aws.sqs import SQSQueues
from chalicelib.recovery.failed_run import failed_run_in
from chalicelib.recovery.ports import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageAttributeValueOutputTypeDef, MessageTypeDef

HIDDEN_SECONDS = 600
"""How long messages stay hidden if the reader dies. No message is lost."""


class SQSDeadLetterQueue:
    """One dead-letter queue. Reading it raises the receive counts, which have no effect on a dead-letter queue."""

    def __init__(self, queues: SQSQueues, queue: str, short_name: str, failure_log: FailureLog) -> None:
        self._queues = queues
        self._queue = queue
        self._short_name = short_name
        self._failure_log = failure_log
        self._receipts: dict[str, str] = {}

    @contextmanager
    def held(self) -> Iterator[Sequence[DeadLetter]]:
        """Receive all messages; at the end make those visible again that were not deleted."""
        try:
            yield [self._dead_letter(message) for message in self._received()]
        finally:
            self._queues.delay(self._queue, dict.fromkeys(self._receipts.values(), 0))
            self._receipts.clear()

    def delete(self, dead_letter: DeadLetter) -> None:
        """Delete a dead letter that is held."""
        self._queues.delete(self._queue, [self._receipts[dead_letter.message_id]])
        del self._receipts[dead_letter.message_id]

    def _received(self) -> "list[MessageTypeDef]":
        """Receive until no message comes, or only known ones."""
        found: dict[str, MessageTypeDef] = {}
        while messages := self._receive():
            new = [message for message in messages if message["MessageId"] not in found]
            if not new:
                break
            found |= {message["MessageId"]: message for message in new}
        return list(found.values())

    def _receive(self) -> "list[MessageTypeDef]":
        """Receive up to ten. A wait makes SQS ask all its servers and not only some; an empty queue needs no wait."""
        wait_seconds = min(1, self._queues.waiting(self._queue))
        messages = self._queues.receive(self._queue, hidden_seconds=HIDDEN_SECONDS, wait_seconds=wait_seconds)
        self._receipts |= {message["MessageId"]: message["ReceiptHandle"] for message in messages}
        return messages

    def _dead_letter(self, message: "MessageTypeDef") -> DeadLetter:
        attributes = {name: _text_of(value) for name, value in message.get("MessageAttributes", {}).items()}
        sent = int(message["Attributes"]["SentTimestamp"]) / 1000
        return DeadLetter(
            message_id=message["MessageId"],
            queue=self._short_name,
            body=message["Body"],
            error=_recorded_error(attributes, message["Body"]) or self._failure_log.find(message["MessageId"]) or DIED,
            since=datetime.fromtimestamp(sent, UTC),
            attributes=attributes,
        )


def _text_of(attribute: "MessageAttributeValueOutputTypeDef") -> str:
    """The value as text. AWS and Linewatch write only text; bytes that another put there are made readable."""
    if "StringValue" in attribute:
        return attribute["StringValue"]
    return attribute["BinaryValue"].decode("utf-8", "backslashreplace")


def _recorded_error(attributes: dict[str, str], body: str) -> str | None:
    """The error in Linewatch's own attribute, in those of EventBridge, or in what Lambda sent."""
    if "ERROR_CODE" in attributes:
        return f"{attributes['ERROR_CODE']}: {attributes.get('ERROR_MESSAGE', '')}"
    if "cause" in attributes:
        return attributes["cause"]
    run = failed_run_in(body)
    return run.error if run else None
