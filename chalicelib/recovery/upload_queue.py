"""Write to the inspection queue in the same format as S3."""

from collections.abc import Sequence

from chalicelib.aws.s3_notification import notification_of
from chalicelib.aws.sqs import SQSQueues
from chalicelib.core.image import UploadedImage


class SQSUploadQueue:
    """The inspection queue."""

    def __init__(self, queues: SQSQueues, queue: str) -> None:
        self._queues = queues
        self._queue = queue

    def announce(self, images: Sequence[UploadedImage]) -> None:
        """Send one message for each image, like S3's notification, so that each fails or succeeds by itself."""
        self._queues.put_all(self._queue, [notification_of(image) for image in images])

    def waiting(self) -> int:
        """The approximate count of the queue."""
        return self._queues.waiting(self._queue)
