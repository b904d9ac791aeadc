"""Queues in memory, with the receive counts, visibility and dead letters of SQS; the contract tests compare both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.aws.sqs_batch import Message
from chalicelib.core.clock import Clock

VISIBILITY = timedelta(minutes=5)


@dataclass
class MemoryQueues:
    """Queues in memory. `most_receives` says how often a message is delivered before it is a dead letter.

    The dead-letter queue has the queue's name with `-dlq`, unless `dead` names another one.
    """

    clock: Clock
    most_receives: Mapping[str, int]
    dead: Mapping[str, str] = field(default_factory=dict)
    _messages: dict[str, tuple[datetime, Message]] = field(default_factory=dict)
    _sent: int = 0

    def put(self, queue: str, body: str) -> None:
        """Send a message."""
        self._sent += 1
        name = f"m{self._sent}"
        self._messages[name] = self.clock(), Message(name, body, name, 0, queue)

    def put_all(self, queue: str, bodies: Sequence[str]) -> None:
        """Send messages."""
        for body in bodies:
            self.put(queue, body)

    def put_if_there(self, queue: str, bodies: Sequence[str]) -> bool:
        """The same; False, and nothing is sent, if there is no such queue."""
        if queue not in self.most_receives:
            return False
        self.put_all(queue, bodies)
        return True

    def waiting(self, queue: str) -> list[str]:
        """The bodies of all messages, visible or not."""
        return [message.body for _, message in self._messages.values() if message.queue == queue]

    def receive(self, queue: str, most: int, first: int = 0) -> list[Message]:
        """Up to `most` visible messages, from the `first` on: SQS guarantees no order."""
        visible = [m for at, m in self._messages.values() if m.queue == queue and at <= self.clock()]
        at = first % (len(visible) or 1)
        received = [self._received(message) for message in (visible[at:] + visible[:at])[:most]]
        return [message for message in received if message.queue == queue]

    def _received(self, message: Message) -> Message:
        if message.receives >= self.most_receives.get(message.queue, 1):
            dead = replace(message, queue=self.dead.get(message.queue, f"{message.queue}-dlq"), receives=0)
            self._messages[message.message_id] = self.clock(), dead
            return dead
        received = replace(message, receives=message.receives + 1)
        self._messages[message.message_id] = self.clock() + VISIBILITY, received
        return received

    def delete(self, queue: str, receipts: Sequence[str]) -> None:
        """Delete delivered messages."""
        for receipt in receipts:
            self._messages.pop(receipt, None)

    def delay(self, queue: str, seconds: Mapping[str, int]) -> None:
        """Hide messages: seconds by receipt."""
        for receipt, delay in seconds.items():
            if receipt in self._messages:
                self._messages[receipt] = self.clock() + timedelta(seconds=delay), self._messages[receipt][1]

    def redrive(self, queue: str) -> None:
        """Send a queue's dead letters to it again."""
        for name, (_, message) in list(self._messages.items()):
            if message.queue == f"{queue}-dlq":
                self._messages[name] = self.clock(), replace(message, queue=queue, receives=0)
