"""Whether an inspected image is still in the bucket."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.core.inspection import Inspection

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3StoredImages:
    """Looks by the key and compares the ETag."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def has(self, inspection: Inspection) -> bool:
        """One HeadObject."""
        try:
            answer = self._client.head_object(Bucket=inspection.bucket, Key=inspection.key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != HTTPStatus.NOT_FOUND:
                raise
            return False
        return answer["ETag"].strip('"') == inspection.etag
