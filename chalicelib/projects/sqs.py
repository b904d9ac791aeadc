"""The queue of versions to train."""

import json

from chalicelib.aws.sqs import SQSQueues


class SQSTrainingQueue:
    """The queue `training`. A message is JSON: `project` and `version`."""

    def __init__(self, queues: SQSQueues, queue: str) -> None:
        self._queues = queues
        self._queue = queue

    def send(self, project: str, version: int) -> None:
        """One message."""
        self._queues.put(self._queue, json.dumps({"project": project, "version": version}), {})
