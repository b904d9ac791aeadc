"""Where a camera may put an image."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.domain.access import Grant
from chalicelib.domain.image import LARGEST_BYTES, ImageName, image_id_of
from chalicelib.errors import Forbidden, InvalidRequest
from chalicelib.ports import Clock, UploadSigner, UploadTerms
from chalicelib.stages.authorizing import require
from chalicelib.stages.fields import Id, Moment, Sha256

MOST_AHEAD = timedelta(minutes=5)
OLDEST = timedelta(days=365)


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
        """Where it will stand; without an image id the same camera and content make the same one."""
        image_id = self.image_id or image_id_of(self.camera, self.sha256)
        return ImageName(project, self.line, self.camera, self.captured_at.date(), image_id)


@dataclass(frozen=True, slots=True)
class Upload:
    """Leave to put one image: `method` the content to `url` with exactly these headers, before `expires_at`."""

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
    """Allow one upload of exactly this content, once; Forbidden or InvalidRequest says why not."""
    require(grant, line=image.line, camera=image.camera)
    _refuse_wrong_clock(image.captured_at, clock())
    return _allow(image, grant, signer, correlation_id=new_id())


def request_uploads(
    images: Sequence[NewImage], grant: Grant, *, signer: UploadSigner, clock: Clock, new_id: Callable[[], str]
) -> list[Upload]:
    """Allow all, in this order, or none: the error names the image, as `images.3`.

    The same content twice has one answer. Two contents under one image id are refused, for one would be lost.
    """
    allowed: dict[str, tuple[str, Upload]] = {}
    uploads = []
    for index, image in enumerate(images):
        with _naming(f"images.{index}"):
            key = image.name(grant.project).key
            if key not in allowed:
                allowed[key] = image.sha256, request_upload(image, grant, signer=signer, clock=clock, new_id=new_id)
            sha256, upload = allowed[key]
            _refuse_other_content(image, sha256)
        uploads.append(upload)
    return uploads


def request_legacy_upload(
    line: str, camera: str, image_id: str, grant: Grant, *, signer: UploadSigner, clock: Clock
) -> str:
    """The URL for a client that sends nothing but `Content-Type: image/jpeg`: only the type and the key are signed."""
    require(grant, line=line, camera=camera)
    name = ImageName(grant.project, line, camera, clock().date(), image_id)
    return signer.sign(UploadTerms(key=name.key, content_type="image/jpeg")).url


def _allow(image: NewImage, grant: Grant, signer: UploadSigner, correlation_id: str) -> Upload:
    name = image.name(grant.project)
    metadata = {"captured-at": image.captured_at.isoformat(), "correlation-id": correlation_id}
    if image.facility is not None:
        metadata["facility"] = image.facility
    terms = UploadTerms(
        key=name.key,
        content_type=image.content_type,
        size_bytes=image.size_bytes,
        sha256=image.sha256,
        metadata=metadata,
        once=True,
    )
    signed = signer.sign(terms)
    return Upload(
        name.image_id, signed.bucket, name.key, "PUT", signed.url, signed.headers, signed.expires_at, correlation_id
    )


def _refuse_wrong_clock(captured_at: datetime, now: datetime) -> None:
    server_time = f"the server's time is {now.astimezone(UTC).isoformat(timespec='seconds')}: set the camera's clock"
    if captured_at > now + MOST_AHEAD:
        raise InvalidRequest(("captured_at", f"is more than 5 minutes ahead; {server_time}"))
    if captured_at < now - OLDEST:
        raise InvalidRequest(("captured_at", f"is more than a year ago; {server_time}"))


def _refuse_other_content(image: NewImage, sha256: str) -> None:
    if image.sha256 != sha256:
        raise InvalidRequest(("image_id", "stands twice in this batch for different content: give each image its own"))


@contextmanager
def _naming(place: str) -> Iterator[None]:
    """Say in an error which image of a batch it speaks of."""
    try:
        yield
    except InvalidRequest as error:
        raise InvalidRequest(*((f"{place}.{field}", message) for field, message in error.faults)) from error
    except Forbidden as error:
        raise Forbidden(f"{place}: {error}") from error
