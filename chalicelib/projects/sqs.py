"""The queue of versions to train."""

from chalicelib.aws.sqs import SQSQueues
from chalicelib.projects.training_message import TRAINING, Training


class SQSTrainingQueue:
    """The queue `training`. A message is a `Training` as JSON."""

    def __init__(self, queues: SQSQueues, queue: str) -> None:
        self._queues = queues
        self._queue = queue

    def send(self, project: str, version: int) -> None:
        """One message."""
        self._queues.put(self._queue, TRAINING.dump_json(Training(project, version)).decode(), {})
