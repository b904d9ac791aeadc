"""The files of answers in the bucket: `query-results/exports/`, where everything is deleted after a week."""

from typing import TYPE_CHECKING

from chalicelib.core.link import Link, Links

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_FOLDER = "query-results/exports/"
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class S3Answers:
    """Files in the bucket of a stage."""

    def __init__(self, client: "S3Client", bucket: str, links: Links) -> None:
        self._client = client
        self._bucket = bucket
        self._links = links

    def keep(self, question: str, name: str, content: bytes) -> Link:
        """One put. A browser saves the file under its name."""
        key = f"{_FOLDER}{question}/{name}"
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=content,
            ContentType=_TYPES[name.rpartition(".")[2]],
            ContentDisposition=f'attachment; filename="{name}"',
        )
        return self._links.to(self._bucket, key)
