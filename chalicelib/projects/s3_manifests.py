"""The manifests that somebody puts into the bucket, and the result beside each."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.core.errors import InvalidRequest, ObjectGone
from chalicelib.core.image import UploadedImage
from chalicelib.projects.import_result import SUFFIX
from chalicelib.projects.limits import LARGEST_MANIFEST

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_GONE = {404: "the manifest is gone", 412: "the manifest was replaced"}
_EVENT = "event"
"""The metadata by which a result is known."""


class S3ManifestFiles:
    """Reads exactly the announced content, by `If-Match` with its ETag. The result is `<key>.result.json`."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def read(self, put: UploadedImage) -> list[bytes]:
        """One get; of a manifest that is too large, none of its content. A byte order mark is left out."""
        with _gone():
            answer = self._client.get_object(Bucket=put.bucket, Key=put.key, IfMatch=f'"{put.etag}"')
        with answer["Body"] as body:
            if answer["ContentLength"] > LARGEST_MANIFEST:
                raise too_large(answer["ContentLength"])
            return body.read().removeprefix(BOM_UTF8).splitlines()

    def require_current(self, put: UploadedImage) -> None:
        """One head request."""
        with _gone():
            self._client.head_object(Bucket=put.bucket, Key=put.key, IfMatch=f'"{put.etag}"')

    def has_result(self, put: UploadedImage, event: str) -> bool:
        """One head request."""
        try:
            answer = self._client.head_object(Bucket=put.bucket, Key=put.key + SUFFIX)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            return False
        return answer["Metadata"].get(_EVENT) == event

    def put_result(self, put: UploadedImage, content: bytes, event: str | None) -> None:
        """One put."""
        self._client.put_object(
            Bucket=put.bucket,
            Key=put.key + SUFFIX,
            Body=content,
            ContentType="application/json",
            Metadata={} if event is None else {_EVENT: event},
        )


def too_large(size: int) -> InvalidRequest:
    """The error for a manifest of so many bytes."""
    return InvalidRequest(("", f"it has {size} bytes; a manifest has at most {LARGEST_MANIFEST}"))


@contextmanager
def _gone() -> Iterator[None]:
    """Raise `ObjectGone` on 404 and 412. S3 answers 404 and not 403 only with s3:ListBucket allowed."""
    try:
        yield
    except ClientError as error:
        reason = _GONE.get(error.response["ResponseMetadata"]["HTTPStatusCode"])
        if reason is None:
            raise
        raise ObjectGone(reason) from error
