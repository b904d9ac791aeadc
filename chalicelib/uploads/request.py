"""Request presigned URLs for uploads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.access.access_keys import require
from chalicelib.access.domain import Grant
from chalicelib.core.clock import MOST_AHEAD, Clock
from chalicelib.core.errors import Forbidden, InvalidRequest
from chalicelib.core.image import LARGEST_BYTES, ImageName, image_id_of
from chalicelib.core.validation import Id, Moment, Sha256
from chalicelib.uploads.ports import UploadSigner, UploadTerms

LARGEST_BATCH = 100
"""The most images of one request."""
OLDEST = timedelta(days=365)
LONGEST_LEGACY_ID = 55
"""Characters of a requested image id that its own id begins with."""

type FieldError = tuple[str, str]
"""A field, and what is wrong with it."""


class NewImage(BaseModel):
    """An image that a camera wants to upload."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    line: Id
    camera: Id
    facility: Id | None = None
    image_id: Id | None = None
    captured_at: Moment
    content_type: Literal["image/jpeg", "image/png"]
    size_bytes: Annotated[int, Field(ge=1, le=LARGEST_BYTES)]
    sha256: Sha256

    def name(self, project: str) -> ImageName:
        """The image's name. Without an image id, the same camera and content always give the same id."""
        image_id = self.image_id or image_id_of(self.camera, self.sha256)
        return ImageName(project, self.line, self.camera, self.captured_at.date(), image_id)


@dataclass(frozen=True, slots=True)
class Upload:
    """A presigned URL for one image: send the content with `method` and exactly these headers before `expires_at`."""

    image_id: str
    bucket: str
    key: str
    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_at: datetime
    correlation_id: str


def request_upload(
    image: NewImage, grant: Grant, *, signer: UploadSigner, clock: Clock, new_id: Callable[[], str]
) -> Upload:
    """Allow one upload of exactly this content, once. `Forbidden` or `InvalidRequest` says why not."""
    require_allowed(image, grant, clock())
    return _allow(image, grant, signer, correlation_id=new_id())


def require_allowed(image: NewImage, grant: Grant, now: datetime) -> None:
    """Raise `Forbidden` or `InvalidRequest` unless this key may send this image now."""
    require(grant, line=image.line, camera=image.camera)
    _refuse(_clock_errors(image, now))


def request_uploads(
    images: Sequence[NewImage], grant: Grant, *, signer: UploadSigner, clock: Clock, new_id: Callable[[], str]
) -> list[Upload]:
    """Allow all uploads, in this order, or none; the error names each wrong image, like `images.3`.

    The same content twice gets the same answer. Two contents under one image id are refused: one would be lost.
    """
    _require_each(grant, images)
    by_key: dict[str, NewImage] = {}
    keys = [image.name(grant.project).key for image in images]
    errors: list[FieldError] = []
    now = clock()
    for index, (key, image) in enumerate(zip(keys, images, strict=True)):
        wrong = _clock_errors(image, now) + _duplicate_errors(image, by_key.setdefault(key, image))
        errors += [(f"images.{index}.{field}", message) for field, message in wrong]
    _refuse(errors)
    uploads = {key: _allow(image, grant, signer, correlation_id=new_id()) for key, image in by_key.items()}
    return [uploads[key] for key in keys]


def request_legacy_upload(
    line: str,
    camera: str,
    image_id: str,
    grant: Grant,
    *,
    signer: UploadSigner,
    clock: Clock,
    new_id: Callable[[], str],
) -> tuple[ImageName, str]:
    """The image's name and a URL for a client that sends only `Content-Type: image/jpeg`; only this is signed.

    Such an upload is not bound to a content, so it gets an image id of its own: the requested one and a random end. It
    can then replace no image of anybody else, and only itself while the URL is valid.
    """
    require(grant, line=line, camera=camera)
    own_id = f"{image_id[:LONGEST_LEGACY_ID]}.{new_id()[:8]}"
    name = ImageName(grant.project, line, camera, clock().date(), own_id)
    return name, signer.sign(UploadTerms(key=name.key, content_type="image/jpeg")).url


def terms_of(image: NewImage, project: str, correlation_id: str) -> UploadTerms:
    """The terms that bind an upload to exactly this image."""
    metadata = {"captured-at": image.captured_at.isoformat(), "correlation-id": correlation_id}
    if image.facility is not None:
        metadata["facility"] = image.facility
    return UploadTerms(
        key=image.name(project).key,
        content_type=image.content_type,
        size_bytes=image.size_bytes,
        sha256=image.sha256,
        metadata=metadata,
        once=True,
    )


def _allow(image: NewImage, grant: Grant, signer: UploadSigner, correlation_id: str) -> Upload:
    name, terms = image.name(grant.project), terms_of(image, grant.project, correlation_id)
    signed = signer.sign(terms)
    return Upload(
        name.image_id, signed.bucket, name.key, "PUT", signed.url, signed.headers, signed.expires_at, correlation_id
    )


def _require_each(grant: Grant, images: Sequence[NewImage]) -> None:
    for index, image in enumerate(images):
        try:
            require(grant, line=image.line, camera=image.camera)
        except Forbidden as error:
            raise Forbidden(f"images.{index}: {error}") from error


def _refuse(errors: Sequence[FieldError]) -> None:
    if errors:
        raise InvalidRequest(*errors)


def _clock_errors(image: NewImage, now: datetime) -> list[FieldError]:
    server_time = f"the server's time is {now.astimezone(UTC).isoformat(timespec='seconds')}: set the camera's clock"
    if image.captured_at > now + MOST_AHEAD:
        return [("captured_at", f"is more than 5 minutes ahead; {server_time}")]
    if image.captured_at < now - OLDEST:
        return [("captured_at", f"is more than a year ago; {server_time}")]
    return []


def _duplicate_errors(image: NewImage, first: NewImage) -> list[FieldError]:
    """An error if `image` has other content than `first`, the first image of the batch with the same key."""
    if image.sha256 == first.sha256:
        return []
    return [("image_id", "is used twice in this batch for different content: give each image its own id")]
