"""Write to the queue of uploads in the same format as S3."""

from collections.abc import Callable, Sequence

from chalicelib.aws.s3_notification import notification_of
from chalicelib.aws.sqs import SQSQueues
from chalicelib.core.image import UploadedImage


class SQSUploadQueue:
    """The queue `queue`, from which images come into the queue of their project, or into the `shared` one."""

    def __init__(self, queues: SQSQueues, queue: str, *, shared: str, queue_of: Callable[[str], str]) -> None:
        self._queues = queues
        self._queue = queue
        self._shared = shared
        self._queue_of = queue_of

    def announce(self, images: Sequence[UploadedImage]) -> None:
        """Send one message for each image, like S3's notification, so that each fails or succeeds by itself."""
        self._queues.put_all(self._queue, [notification_of(image) for image in images])

    def waiting(self, project: str) -> int:
        """The approximate counts of the queue of uploads, and of the project's own queue or the shared one."""
        own = self._queues.waiting_if_there(self._queue_of(project))
        return self._queues.waiting(self._queue) + (self._queues.waiting(self._shared) if own is None else own)
