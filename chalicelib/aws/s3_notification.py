"""S3's notification of a new object: read from a message, and written as S3 writes it.

Format: "Event message structure", Amazon S3 User Guide. Keys are URL-encoded in it.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote_plus, unquote_plus

from chalicelib.core.image import UploadedImage


def uploads_in(body: str) -> Iterator[UploadedImage]:
    """The objects that a notification announces; S3's test event announces none."""
    notification = json.loads(body)
    if notification.get("Event") == "s3:TestEvent":
        return
    for record in notification["Records"]:
        stored = record["s3"]["object"]
        yield UploadedImage(
            bucket=record["s3"]["bucket"]["name"],
            key=unquote_plus(stored["key"]),
            etag=stored["eTag"].strip('"'),
            size_bytes=stored["size"],
            uploaded_at=datetime.fromisoformat(record["eventTime"]),
        )


def notification_of(image: UploadedImage) -> str:
    """What S3 says of an object that was created, as far as Linewatch reads it."""
    stored = {"key": quote_plus(image.key, safe="/"), "size": image.size_bytes, "eTag": image.etag}
    record = {
        "eventVersion": "2.1",
        "eventSource": "linewatch:reconcile",
        "eventName": "ObjectCreated:Put",
        "eventTime": image.uploaded_at.isoformat(),
        "s3": {"bucket": {"name": image.bucket}, "object": stored},
    }
    return json.dumps({"Records": [record]})
