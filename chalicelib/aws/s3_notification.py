"""Read and write S3's notification of a new object.

Format: "Event message structure", Amazon S3 User Guide. Its keys are URL-encoded.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote_plus, unquote_plus

from chalicelib.core.image import UploadedImage


def uploads_in(body: str) -> Iterator[UploadedImage]:
    """The objects that a notification announces. S3's test event announces none.

    A body that is not a notification raises KeyError, TypeError, AttributeError or ValueError.
    """
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
    """S3's notification of this new object, with the fields that Linewatch reads."""
    stored = {"key": quote_plus(image.key, safe="/"), "size": image.size_bytes, "eTag": image.etag}
    record = {
        "eventVersion": "2.1",
        "eventSource": "linewatch:reconcile",
        "eventName": "ObjectCreated:Put",
        "eventTime": image.uploaded_at.isoformat(),
        "s3": {"bucket": {"name": image.bucket}, "object": stored},
    }
    return json.dumps({"Records": [record]})
