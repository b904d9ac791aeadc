"""What was taken out of the way, kept in the bucket."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "set-aside/"


class S3Archive:
    """Objects under `set-aside/`."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def keep(self, name: str, content: str) -> str:
        """One put."""
        key = f"{PREFIX}{name}"
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=content.encode("utf-8", "backslashreplace"))
        return key
