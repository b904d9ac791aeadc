"""A small picture of an inspected image: a list of whole images is many megabytes."""

from collections.abc import Callable

from pydantic import BaseModel, Field, TypeAdapter

from chalicelib.access.domain import Grant
from chalicelib.core.errors import NotFound, ObjectGone, UnprocessableImage
from chalicelib.core.image import UploadedImage
from chalicelib.inspections.inspect import refuse_unreadable
from chalicelib.inspections.ports import Images, Inspections, PictureRequest, SmallPicture, SmallPictures
from chalicelib.inspections.search import find_inspection


class PictureSize(BaseModel):
    """How many px the longer side of a picture may have."""

    longest_side: int = Field(320, ge=64, le=2048)


PICTURE_REQUEST: TypeAdapter[PictureRequest] = TypeAdapter(PictureRequest)
SMALL_PICTURE: TypeAdapter[SmallPicture] = TypeAdapter(SmallPicture)


def find_picture(
    inspection_id: str, size: PictureSize, grant: Grant, *, inspections: Inspections, pictures: SmallPictures
) -> bytes:
    """A small picture of the image of the live inspection with this id; errors as in `find_inspection`.

    `NotFound` also if there is no picture, with the reason; `PictureUnavailable`.
    """
    found = find_inspection(inspection_id, grant, inspections=inspections)
    image = UploadedImage(found.bucket, found.key, found.etag, found.size_bytes, found.uploaded_at)
    made = pictures.make(PictureRequest(image, size.longest_side))
    if made.missing:
        raise NotFound(f"inspection {inspection_id} has no picture: {made.missing}")
    return made.picture


def make_picture(request: PictureRequest, *, images: Images, shrink: Callable[[bytes, int], bytes]) -> SmallPicture:
    """Of exactly the content that was inspected."""
    try:
        refuse_unreadable(request.image)
        return SmallPicture(shrink(images.read(request.image).content, request.longest_side))
    except (ObjectGone, UnprocessableImage) as error:
        return SmallPicture(missing=str(error))
