"""A world that notices what goes round and round, takes it out, and enforces the size limits that moto does not."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import time_machine
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ClientError

from chalicelib.core.clock import utc_now
from chalicelib.core.describe import describe_error
from tests.pipeline import inside
from tests.pipeline.account import Account
from tests.pipeline.wire import Wire
from tests.pipeline.world import World

MOST_RECEIVES = 80
"""More than any queue and its dead-letter queue allow together: moto counts on when it moves a message."""
MOST_TRIES = 20
"""How often the relay may fail at one record by itself. Lambda would try for half a day, and the shard waits."""
MOST_INVOCATIONS = 6000
"""Of all handlers in one world."""
LARGEST_ENTRY = 256 * 1024
"""Bytes of one entry of PutEvents. Source: "PutEvents", Amazon EventBridge API Reference."""


@contextmanager
def logged(lines: list[str]) -> Iterator[None]:
    """Append to `lines` what Linewatch logs during the block."""
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(f"{record.getMessage()} {record.__dict__}")  # type: ignore[method-assign]
    logger = logging.getLogger("linewatch")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


class RoundAndRound(Exception):
    """The world does not come to rest."""


class LimitedWire(Wire):
    """Refuses an event that is too large, as EventBridge does."""

    def _before(self, event_name: str, request: AWSPreparedRequest, **options: object) -> None:
        super()._before(event_name, request, **options)
        if event_name.endswith("PutEvents"):
            content: Any = request.body
            for entry in json.loads(content)["Entries"]:
                _refuse_too_large(sum(len(str(value).encode("utf-8", "replace")) for value in entry.values()))


def _refuse_too_large(size: int) -> None:
    if size > LARGEST_ENTRY:
        error = {"Code": "ValidationException", "Message": f"Total size of the entry is {size}: over the limit"}
        answer: Any = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}
        raise ClientError(answer, "PutEvents")


class PoisonedWorld(World):
    """A stage that goes on when a handler fails, whatever it raises.

    `loops` has each message or record that was delivered too often, as text. `reports` has what the scheduled handlers
    logged, and their errors. When `redriven`, all dead letters are to be sent again.
    """

    most_failures = MOST_INVOCATIONS

    def __init__(self, account: Account, wire: Wire, time: time_machine.Traveller) -> None:
        super().__init__(account, wire, time)
        self.loops: list[str] = []
        self.reports: list[str] = []
        self.redriven = False
        self._stream: list[dict[str, Any]] = []
        self._copied = 0
        self._bite = 100
        self._tries = 0
        self._invocations = 0

    def changes(self) -> list[dict[str, Any]]:
        """All records of the table's stream, and those that were injected, in the order of their coming."""
        made = super().changes()
        self._stream += made[self._copied :]
        self._copied = len(made)
        return self._stream

    @property
    def queues(self) -> list[str]:
        """The names of all queues."""
        return [queue["QueueName"] for queue in self.account.of_type("AWS::SQS::Queue")]

    def now(self) -> datetime:
        """The time of this world."""
        return utc_now()

    def inject(self, record: dict[str, Any]) -> None:
        """Put a record on the stream that the table did not write."""
        self.changes().append(record)

    def deliver(self, handler: str) -> bool:
        """Take out what was received too often, then deliver as usual."""
        queue, _ = self._readers[handler]
        for message in inside.messages(queue):
            if message.approximate_receive_count > MOST_RECEIVES:
                self.loops.append(f"{queue} {message.id} {message.body}")
                inside.remove(queue, message)
        return super().deliver(handler)

    def relay(self) -> None:
        """Publish what is in the stream."""
        while self._relay():
            pass

    def run(self, handler: str, event: Mapping[str, Any]) -> BaseException | None:
        """Call a scheduled handler once; its error, if it failed. What it logs is kept in `reports`."""
        with logged(self.reports):
            answer = self._invoke(handler, event)
        if answer is not None:
            return None
        error = self.failures[-1][1]
        self.reports.append(f"{handler}: {describe_error(error)}")
        return error

    def _invoke(self, handler: str, event: Mapping[str, Any]) -> dict[str, Any] | None:
        self._invocations += 1
        if self._invocations > MOST_INVOCATIONS:
            raise RoundAndRound(f"{MOST_INVOCATIONS} invocations, the last of {handler}")
        return super()._invoke(handler, event)

    def _relay(self) -> bool:
        """Like Lambda with BisectBatchOnFunctionError; a record that fails by itself too often is taken out."""
        records = self.changes()[self._relayed :][: self._bite]
        if not records:
            return False
        if self._invoke("relay_changes", {"Records": records}) is not None:
            self._relayed, self._bite, self._tries = self._relayed + len(records), 100, 0
        elif len(records) > 1:
            self._bite = len(records) // 2
        else:
            self._tries += 1
        if self._tries > MOST_TRIES:
            self.loops.append(f"stream {json.dumps(records[0], default=str)}")
            self._relayed, self._tries = self._relayed + 1, 0
        return True
