"""Images of data sets, and the files of trainings, in S3."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.aws.s3_objects import content_of
from chalicelib.projects.domain import Location
from chalicelib.projects.errors import ImageUnavailable
from chalicelib.projects.training_size import LARGEST_IMAGE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_FOR_EVER = {"NoSuchKey", "NoSuchBucket", "AccessDenied", "InvalidObjectState", "PermanentRedirect"}


class S3ImageDownloads:
    """Objects by their S3 URI."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def read(self, source: str) -> bytes:
        """One get; of an image that is too large, one byte more than it may have."""
        place = Location.of(source)
        try:
            answer = self._client.get_object(Bucket=place.bucket, Key=place.key)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in _FOR_EVER:
                raise
            raise ImageUnavailable(f"it cannot be read ({code})") from error
        with answer["Body"] as body:
            return body.read(LARGEST_IMAGE + 1)


class S3OutputFiles:
    """Files at their places."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def put(self, place: Location, content: bytes, content_type: str) -> None:
        """One put."""
        self._client.put_object(Bucket=place.bucket, Key=place.key, Body=content, ContentType=content_type)

    def read(self, place: Location) -> bytes | None:
        """One get."""
        return content_of(self._client, place.bucket, place.key)
