"""Read images from the bucket."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.core.errors import ObjectGone
from chalicelib.core.image import UploadedImage
from chalicelib.inspections.ports import StoredImage

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Images:
    """Reads exactly the announced content, by `If-Match` with its ETag."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def read(self, image: UploadedImage) -> StoredImage:
        """One GetObject; `ObjectGone` on 404 and 412. S3 answers 404 and not 403 only with s3:ListBucket allowed."""
        try:
            answer = self._client.get_object(Bucket=image.bucket, Key=image.key, IfMatch=f'"{image.etag}"')
        except ClientError as error:
            reason = _GONE.get(error.response["ResponseMetadata"]["HTTPStatusCode"])
            if reason is None:
                raise
            raise ObjectGone(reason) from error
        return StoredImage(answer["Body"].read(), answer.get("ContentType"), answer["Metadata"])


_GONE = {404: "object is gone", 412: "object was replaced by another one"}
