"""Presigned links to objects in S3."""

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.core.clock import Clock
from chalicelib.core.link import Link

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LIFETIME = timedelta(minutes=15)


class S3Links:
    """Signs GET requests. This makes no request to S3."""

    def __init__(self, client: "S3Client", clock: Clock) -> None:
        self._client = client
        self._clock = clock

    def to(self, bucket: str, key: str) -> Link:
        """A URL that is valid for 15 minutes."""
        url: str = self._client.generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=int(LIFETIME.total_seconds())
        )
        return Link(url, self._clock() + LIFETIME)

    def origin(self, bucket: str) -> str:
        """Scheme and host of the links into this bucket."""
        address = urlsplit(self.to(bucket, "images/any").url)
        return f"{address.scheme}://{address.netloc}"
