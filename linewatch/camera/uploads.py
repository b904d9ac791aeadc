"""Upload the images of one camera: request presigned URLs and PUT the images."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.core.image import inspection_id_of
from linewatch.camera.api import Api, PresignedUpload, Refused, UrlExpired
from linewatch.camera.files import CapturedImage

RENEWALS = 3
"""The number of new URLs for an image. Each is valid for five minutes, so more would not help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraLocation:
    """The position of a camera in the plant."""

    line: str
    camera: str
    facility: str | None = None


class Uploads:
    """Uploads of one camera. Every failure is an exception of `linewatch.camera.api`, or `TemporaryError`."""

    def __init__(self, location: CameraLocation, api: Api) -> None:
        self._location, self._api = location, api

    def request(
        self, images: Sequence[CapturedImage]
    ) -> tuple[list[tuple[CapturedImage, PresignedUpload]], list[tuple[CapturedImage, str]]]:
        """The images with their presigned URLs, and the refused images with the reasons.

        The service refuses a whole batch because of one bad image and names it. This requests the others again.
        """
        refused: list[tuple[CapturedImage, str]] = []
        while images:
            try:
                return list(zip(images, self._presigned(images), strict=True)), refused
            except Refused as error:
                named = {index: reason for index, reason in error.errors.items() if index < len(images)}
                reasons = named or dict.fromkeys(range(len(images)), str(error))
                refused += [(images[index], reason) for index, reason in reasons.items()]
                images = [image for index, image in enumerate(images) if index not in reasons]
        return [], refused

    def put(self, image: CapturedImage, upload: PresignedUpload) -> tuple[str, str]:
        """Upload the image unless its object exists. Returns its image id and its inspection id."""
        for _ in range(RENEWALS):
            try:
                return self._put(image, upload)
            except UrlExpired:
                [upload] = self._presigned([image])
        return self._put(image, upload)

    def _put(self, image: CapturedImage, upload: PresignedUpload) -> tuple[str, str]:
        # The key contains the digest of the content, so an existing object has the same bytes and the same ETag.
        self._api.put(upload, image.content, image.etag)
        return upload.image_id, inspection_id_of(upload.bucket, upload.key, image.etag)

    def _presigned(self, images: Sequence[CapturedImage]) -> list[PresignedUpload]:
        return self._api.request_uploads([self._to_dict(image) for image in images])

    def _to_dict(self, image: CapturedImage) -> dict[str, object]:
        fields: dict[str, object] = {
            "line": self._location.line,
            "camera": self._location.camera,
            "captured_at": image.captured_at.isoformat(),
            "content_type": image.content_type,
            "size_bytes": len(image.content),
            "sha256": image.sha256,
        }
        return fields if self._location.facility is None else fields | {"facility": self._location.facility}
