"""One request, one verdict: store an image and have it inspected while its sender waits."""

from collections.abc import Callable
from hashlib import md5, sha256
from typing import Literal

from pydantic import BaseModel, ConfigDict

from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.image import LARGEST_BYTES, AtOnce, UploadedImage, content_type_of
from chalicelib.core.validation import Id, Moment
from chalicelib.uploads.ports import ImageWriter, Inspector
from chalicelib.uploads.request import NewImage, require_allowed, terms_of


class SentImage(BaseModel):
    """What a sender says of an image; the content says the rest. Without `captured_at` it was captured now."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    line: Id
    camera: Id
    facility: Id | None = None
    image_id: Id | None = None
    captured_at: Moment | None = None


def inspect_now(
    sent: SentImage,
    content: bytes,
    grant: Grant,
    *,
    writer: ImageWriter,
    inspector: Inspector,
    clock: Clock,
    new_id: Callable[[], str],
) -> str:
    """Store the image under the key that an upload would have, and return its inspection as JSON.

    The bucket announces the image to the queue as well. Whoever commits first gives the verdict, and the other finds
    it done. So this can stop at any point, and the same request can come again. Raises `Forbidden`, `InvalidRequest`,
    `ImageIdTaken` or `NotInspectedYet`.
    """
    now = clock()
    image = NewImage.model_validate(
        sent.model_dump()
        | {
            "captured_at": (sent.captured_at or now).isoformat(),
            "content_type": _type_of(content),
            "size_bytes": len(content),
            "sha256": sha256(content).hexdigest(),
        }
    )
    require_allowed(image, grant, now)
    terms = terms_of(image, grant.project, new_id())
    stored = writer.put(terms, content)
    etag = md5(content, usedforsecurity=False).hexdigest()  # as S3 makes it with SSE-S3
    return inspector.inspect(
        AtOnce(UploadedImage(writer.bucket, terms.key, etag, len(content), now), existed=not stored)
    )


def _type_of(content: bytes) -> Literal["image/jpeg", "image/png"]:
    if len(content) > LARGEST_BYTES:
        raise InvalidRequest(("body", f"has {len(content)} bytes; an image has at most {LARGEST_BYTES}"))
    content_type = content_type_of(content)
    if content_type is None:
        raise InvalidRequest(("body", "is neither a JPEG nor a PNG image: send the file itself, not a form"))
    return content_type
