"""Read images from the bucket."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.core.errors import ObjectGone
from chalicelib.core.image import UploadedImage
from chalicelib.core.small_picture import ImageObject
from chalicelib.inspections.inspect import refuse_size
from chalicelib.inspections.ports import StoredImage

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef


class S3Images:
    """Reads exactly the content with an ETag, by `If-Match`."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def read(self, image: UploadedImage) -> StoredImage:
        """One GetObject."""
        answer = self._get(ImageObject(image.bucket, image.key, image.etag))
        return StoredImage(answer["Body"].read(), answer.get("ContentType"), answer["Metadata"])

    def to_show(self, image: ImageObject) -> bytes:
        """One GetObject; of an object that is too large, none of its content."""
        answer = self._get(image)
        with answer["Body"] as body:
            refuse_size(answer["ContentLength"])
            return body.read()

    def _get(self, image: ImageObject) -> "GetObjectOutputTypeDef":
        """`ObjectGone` on 404 and 412. S3 answers 404 and not 403 only with s3:ListBucket allowed."""
        condition: dict[str, Any] = {} if image.etag is None else {"IfMatch": f'"{image.etag}"'}
        try:
            return self._client.get_object(Bucket=image.bucket, Key=image.key, **condition)
        except ClientError as error:
            reason = _GONE.get(error.response["ResponseMetadata"]["HTTPStatusCode"])
            if reason is None:
                raise
            raise ObjectGone(reason) from error


_GONE = {404: "object is gone", 412: "object was replaced by another one"}
