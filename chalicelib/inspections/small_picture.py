"""A small picture of an inspected image, and the making of small pictures."""

from collections.abc import Callable

from chalicelib.access.domain import Grant
from chalicelib.core.errors import UnprocessableImage
from chalicelib.core.small_picture import (
    ImageObject,
    PictureRequest,
    PictureSize,
    SmallPicture,
    SmallPictures,
    picture_of,
)
from chalicelib.inspections.ports import Images, Inspections
from chalicelib.inspections.search import find_inspection


def find_picture(
    inspection_id: str, size: PictureSize, grant: Grant, *, inspections: Inspections, pictures: SmallPictures
) -> bytes:
    """A small picture of the image of the live inspection with this id; errors as in `find_inspection`.

    `NotFound` also if there is no picture, with the reason; `PictureUnavailable`.
    """
    found = find_inspection(inspection_id, grant, inspections=inspections)
    image = ImageObject(found.bucket, found.key, found.etag)
    return picture_of(f"inspection {inspection_id}", image, size, pictures)


def make_picture(request: PictureRequest, *, images: Images, shrink: Callable[[bytes, int], bytes]) -> SmallPicture:
    """Of exactly the content that was inspected; of an image without an ETag, of what is there now."""
    try:
        return SmallPicture(shrink(images.to_show(request.image), request.longest_side))
    except UnprocessableImage as error:
        return SmallPicture(missing=str(error))
