"""Objects of a bucket that may not be there."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def content_of(client: "S3Client", bucket: str, key: str) -> bytes | None:
    """The content of an object, by one get; None if there is none."""
    try:
        return client.get_object(Bucket=bucket, Key=key)["Body"].read()
    except client.exceptions.NoSuchKey:
        return None
