"""Shrink an image."""

from chalicelib.core.errors import UnprocessableImage
from chalicelib.vision.decode import Undecodable
from chalicelib.vision.small_picture import small_jpeg


def shrink(content: bytes, longest_side: int) -> bytes:
    """The image as a JPEG of at most so many px along its longer side. Raises `UnprocessableImage`."""
    try:
        return small_jpeg(content, longest_side)
    except Undecodable as error:
        raise UnprocessableImage(str(error)) from error
