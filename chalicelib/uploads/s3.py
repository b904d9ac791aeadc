"""Uploads into the bucket, presigned or by Linewatch itself."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.uploads.ports import SignedUpload, UploadTerms

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LIFETIME = timedelta(minutes=5)


class S3UploadSigner:
    """Signs PUT requests. S3 refuses other headers or content than signed and, with `once`, a second PUT (412)."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def sign(self, terms: UploadTerms) -> SignedUpload:
        """Sign a URL that is valid for 5 minutes. This makes no request to S3."""
        expires_at = datetime.now(UTC) + LIFETIME
        url: str = self._client.generate_presigned_url(
            "put_object",
            Params={"Bucket": self._bucket, "Key": terms.key} | _parameters(terms),
            ExpiresIn=int(LIFETIME.total_seconds()),
        )
        return SignedUpload(self._bucket, url, _headers(terms), expires_at)


class S3ImageWriter:
    """Puts images into the bucket as a camera's presigned request would."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self.bucket = bucket

    def put(self, terms: UploadTerms, content: bytes) -> bool:
        """One PutObject; with `once`, S3 answers 412 when the key exists."""
        try:
            self._client.put_object(Bucket=self.bucket, Key=terms.key, Body=content, **_parameters(terms))
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != HTTPStatus.PRECONDITION_FAILED:
                raise
            return False
        return True


def _parameters(terms: UploadTerms) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "ContentType": terms.content_type,
        "ContentLength": terms.size_bytes,
        "ChecksumSHA256": _base64_of(terms.sha256),
        "Metadata": terms.metadata,
        "IfNoneMatch": "*" if terms.once else None,
    }
    return {name: value for name, value in parameters.items() if value is not None}


def _headers(terms: UploadTerms) -> dict[str, str]:
    signed_headers = {
        "Content-Type": terms.content_type,
        "Content-Length": None if terms.size_bytes is None else str(terms.size_bytes),
        "x-amz-checksum-sha256": _base64_of(terms.sha256),
        "If-None-Match": "*" if terms.once else None,
    }
    headers = {name: value for name, value in signed_headers.items() if value is not None}
    return headers | {f"x-amz-meta-{name}": value for name, value in (terms.metadata or {}).items()}


def _base64_of(sha256: str | None) -> str | None:
    return None if sha256 is None else b64encode(bytes.fromhex(sha256)).decode()
