"""The queue that announces uploaded images, spoken to as the bucket speaks to it."""

import json
from collections.abc import Sequence
from urllib.parse import quote_plus

from chalicelib.adapters.sqs import SQSQueues
from chalicelib.domain.image import UploadedImage


class SQSNotifications:
    """The inspection queue."""

    def __init__(self, queues: SQSQueues, queue: str) -> None:
        self._queues = queues
        self._queue = queue

    def announce(self, images: Sequence[UploadedImage]) -> None:
        """One message an image, as S3's own notification of it, so that each has its own fate."""
        self._queues.put_all(self._queue, [notification_of(image) for image in images])

    def waiting(self) -> int:
        """The queue's own approximate count."""
        return self._queues.waiting(self._queue)


def notification_of(image: UploadedImage) -> str:
    """What S3 says of an object that was created, as far as Linewatch reads it; keys are URL-encoded in it.

    Format: "Event message structure", Amazon S3 User Guide.
    """
    stored = {"key": quote_plus(image.key, safe="/"), "size": image.size_bytes, "eTag": image.etag}
    announced = {
        "eventVersion": "2.1",
        "eventSource": "linewatch:reconcile",
        "eventName": "ObjectCreated:Put",
        "eventTime": image.uploaded_at.isoformat(),
        "s3": {"bucket": {"name": image.bucket}, "object": stored},
    }
    return json.dumps({"Records": [announced]})
