"""The messages of a dead-letter queue, looked at by a person. SQS has no way to look that leaves a queue untouched."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from chalicelib.adapters.sqs import SQSQueues
from chalicelib.ports import DIED, Causes, Letter

HIDDEN_SECONDS = 600
"""How long the queue's messages stay away should the one who looks at them die: nothing is lost by that."""


class SQSLetterBox:
    """One dead-letter queue. It counts receives but never acts on them, and what was looked at lies there again."""

    def __init__(self, queues: SQSQueues, queue: str, place: str, causes: Causes) -> None:
        """`place` is the queue's short name."""
        self._queues = queues
        self._queue = queue
        self._place = place
        self._causes = causes
        self._receipts: dict[str, str] = {}

    @contextmanager
    def held(self) -> Iterator[Sequence[Letter]]:
        """Receive all, at the end make visible at once what was not forgotten."""
        try:
            yield [self._letter(message) for message in self._received()]
        finally:
            self._queues.delay(self._queue, dict.fromkeys(self._receipts.values(), 0))
            self._receipts.clear()

    def forget(self, letter: Letter) -> None:
        """Delete it."""
        self._queues.delete(self._queue, [self._receipts[letter.letter_id]])
        del self._receipts[letter.letter_id]

    def _received(self) -> list[dict[str, Any]]:
        """Until none comes, or only such as came before."""
        found: dict[str, dict[str, Any]] = {}
        while messages := self._receive():
            new = [message for message in messages if message["MessageId"] not in found]
            if not new:
                break
            found |= {message["MessageId"]: message for message in new}
        return list(found.values())

    def _receive(self) -> list[dict[str, Any]]:
        """Up to ten. Having to wait, SQS asks all of its servers and not only some; not when it counts no message."""
        wait_seconds = min(1, self._queues.waiting(self._queue))
        messages = self._queues.receive(self._queue, hidden_seconds=HIDDEN_SECONDS, wait_seconds=wait_seconds)
        self._receipts |= {message["MessageId"]: message["ReceiptHandle"] for message in messages}
        return messages

    def _letter(self, message: dict[str, Any]) -> Letter:
        told = {name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()}
        sent = int(message["Attributes"]["SentTimestamp"]) / 1000
        return Letter(
            letter_id=message["MessageId"],
            place=self._place,
            body=message["Body"],
            cause=_told_cause(told) or self._causes.find(message["MessageId"]) or DIED,
            since=datetime.fromtimestamp(sent, UTC),
            attributes=told,
        )


def _told_cause(attributes: dict[str, str]) -> str | None:
    """From Linewatch's own attribute, or from those of EventBridge."""
    if "ERROR_CODE" in attributes:
        return f"{attributes['ERROR_CODE']}: {attributes.get('ERROR_MESSAGE', '')}"
    return attributes.get("cause")
