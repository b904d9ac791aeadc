"""Texts that are too long for an item, an event or a message: the whole text is in S3, a reference takes its place."""

import json
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "large-bodies/"
_FIELD = "linewatch_large_body"


class LargeBodies:
    """Texts under `large-bodies/` of the bucket, named by their digest: to store one twice is to store it once."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def shortened(self, body: str, most_bytes: int) -> str:
        """The body itself if it has at most so many bytes; otherwise a reference to it, after it was stored."""
        content = body.encode("utf-8", "backslashreplace")
        if len(content) <= most_bytes:
            return body
        digest = sha256(content).hexdigest()
        self._s3.put_object(Bucket=self._bucket, Key=f"{PREFIX}{digest}", Body=content)
        return json.dumps({_FIELD: digest, "bytes": len(content), "begins": body[:500]})

    def whole(self, text: str) -> str:
        """The body of a reference; any other text is returned as it is."""
        digest = _digest_in(text)
        if digest is None:
            return text
        stored = self._s3.get_object(Bucket=self._bucket, Key=f"{PREFIX}{digest}")
        return stored["Body"].read().decode()


def _digest_in(text: str) -> str | None:
    if _FIELD not in text[:100]:
        return None
    try:
        digest = str(json.loads(text)[_FIELD])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return digest if len(digest) == 64 and digest.isalnum() else None
