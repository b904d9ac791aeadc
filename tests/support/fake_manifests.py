"""Manifests in the bucket, and the results beside them, in memory."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from chalicelib.core.errors import ObjectGone
from chalicelib.core.image import UploadedImage
from chalicelib.projects.limits import LARGEST_MANIFEST
from chalicelib.projects.s3_manifests import too_large


@dataclass
class FakeManifestFiles:
    """Objects by their key; results, with the event of each, by the key of their manifest."""

    objects: dict[str, bytes] = field(default_factory=dict)
    results: dict[str, tuple[bytes, str | None]] = field(default_factory=dict)

    def put(self, bucket: str, key: str, content: bytes, at: datetime) -> UploadedImage:
        """Put an object; what S3 announces of it."""
        self.objects[key] = content
        return UploadedImage(bucket, key, _etag(content), len(content), at)

    def read(self, put: UploadedImage) -> list[bytes]:
        self.require_current(put)
        if put.size_bytes > LARGEST_MANIFEST:
            raise too_large(put.size_bytes)
        return self.objects[put.key].splitlines()

    def require_current(self, put: UploadedImage) -> None:
        if put.key not in self.objects or _etag(self.objects[put.key]) != put.etag:
            raise ObjectGone("gone or replaced")

    def has_result(self, put: UploadedImage, event: str) -> bool:
        return put.key in self.results and self.results[put.key][1] == event

    def put_result(self, put: UploadedImage, content: bytes, event: str | None) -> None:
        self.results[put.key] = content, event


def _etag(content: bytes) -> str:
    return sha256(content).hexdigest()
