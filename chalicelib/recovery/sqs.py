"""The messages of a dead-letter queue, looked at by a person. SQS has no way to look that leaves a queue untouched."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chalicelib.aws.failure_log import DIED, FailureLog
from chalicelib.aws.sqs import SQSQueues
from chalicelib.recovery.ports import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

HIDDEN_SECONDS = 600
"""How long the queue's messages stay away should the one who looks at them die: nothing is lost by that."""


class SQSDeadLetterQueue:
    """One dead-letter queue. It counts receives but never acts on them, and what was looked at is visible again."""

    def __init__(self, queues: SQSQueues, queue: str, short_name: str, failure_log: FailureLog) -> None:
        self._queues = queues
        self._queue = queue
        self._short_name = short_name
        self._failure_log = failure_log
        self._receipts: dict[str, str] = {}

    @contextmanager
    def held(self) -> Iterator[Sequence[DeadLetter]]:
        """Receive all, at the end make visible at once what was not deleted."""
        try:
            yield [self._dead_letter(message) for message in self._received()]
        finally:
            self._queues.delay(self._queue, dict.fromkeys(self._receipts.values(), 0))
            self._receipts.clear()

    def delete(self, dead_letter: DeadLetter) -> None:
        """Delete it."""
        self._queues.delete(self._queue, [self._receipts[dead_letter.message_id]])
        del self._receipts[dead_letter.message_id]

    def _received(self) -> "list[MessageTypeDef]":
        """Until none comes, or only such as came before."""
        found: dict[str, MessageTypeDef] = {}
        while messages := self._receive():
            new = [message for message in messages if message["MessageId"] not in found]
            if not new:
                break
            found |= {message["MessageId"]: message for message in new}
        return list(found.values())

    def _receive(self) -> "list[MessageTypeDef]":
        """Up to ten. Having to wait, SQS asks all of its servers and not only some; not when it counts no message."""
        wait_seconds = min(1, self._queues.waiting(self._queue))
        messages = self._queues.receive(self._queue, hidden_seconds=HIDDEN_SECONDS, wait_seconds=wait_seconds)
        self._receipts |= {message["MessageId"]: message["ReceiptHandle"] for message in messages}
        return messages

    def _dead_letter(self, message: "MessageTypeDef") -> DeadLetter:
        attributes = {name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()}
        sent = int(message["Attributes"]["SentTimestamp"]) / 1000
        return DeadLetter(
            message_id=message["MessageId"],
            queue=self._short_name,
            body=message["Body"],
            error=_recorded_error(attributes) or self._failure_log.find(message["MessageId"]) or DIED,
            since=datetime.fromtimestamp(sent, UTC),
            attributes=attributes,
        )


def _recorded_error(attributes: dict[str, str]) -> str | None:
    """From Linewatch's own attribute, or from those of EventBridge."""
    if "ERROR_CODE" in attributes:
        return f"{attributes['ERROR_CODE']}: {attributes.get('ERROR_MESSAGE', '')}"
    return attributes.get("cause")
