"""A small picture of an image that is stored: a list of whole images is many megabytes."""

from dataclasses import dataclass
from typing import Protocol

from pydantic import Base64Bytes, BaseModel, Field, TypeAdapter

from chalicelib.core.errors import NotFound


class PictureSize(BaseModel):
    """How many px the longer side of a picture may have."""

    longest_side: int = Field(320, ge=64, le=2048)


@dataclass(frozen=True, slots=True)
class ImageObject:
    """An image in the bucket: the content with this ETag or, without one, what is there now."""

    bucket: str
    key: str
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """An image, and how many px the longer side of its picture may have."""

    image: ImageObject
    longest_side: int


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """A JPEG, or why there is none."""

    picture: Base64Bytes = b""
    missing: str = ""


PICTURE_REQUEST: TypeAdapter[PictureRequest] = TypeAdapter(PictureRequest)
SMALL_PICTURE: TypeAdapter[SmallPicture] = TypeAdapter(SmallPicture)


class SmallPictures(Protocol):
    """Makes small pictures of images."""

    def make(self, request: PictureRequest) -> SmallPicture:
        """The picture, or why there is none; `PictureUnavailable` when it cannot be made now."""
        ...


def picture_of(name: str, image: ImageObject, size: PictureSize, pictures: SmallPictures) -> bytes:
    """The JPEG. `NotFound` if there is none, with `name` and the reason; `PictureUnavailable`."""
    made = pictures.make(PictureRequest(image, size.longest_side))
    if made.missing:
        raise NotFound(f"{name} has no picture: {made.missing}")
    return made.picture
