"""The queue of what there is to do for comparisons."""

from collections.abc import Sequence

from chalicelib.aws.sqs import SQSQueues
from chalicelib.promotion.domain import REPLAY, Replay, Trained


class SQSReplayQueue:
    """The queue `replays`. A message is a `Replay` or a `Trained` as JSON."""

    def __init__(self, queues: SQSQueues, queue: str) -> None:
        self._queues = queues
        self._queue = queue

    def send(self, messages: Sequence[Replay | Trained]) -> None:
        """Ten messages by request."""
        self._queues.put_all(self._queue, [REPLAY.dump_json(each).decode() for each in messages])

    def send_later(self, message: Trained, seconds: int) -> None:
        """One message."""
        self._queues.put_later(self._queue, REPLAY.dump_json(message).decode(), seconds)
