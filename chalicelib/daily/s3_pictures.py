"""Small pictures of defects, from the images in the bucket."""

from base64 import b64encode
from io import BytesIO
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from PIL import Image, ImageDraw

from chalicelib.core.spots import Box
from chalicelib.daily.domain import Picture
from chalicelib.daily.ports import Pictured
from chalicelib.vision.decode import decode

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SIDE = 260
"""Pixels of the longer side of a picture."""
_QUALITY = 78
_AROUND = 3
"""An enlarged spot is shown with so many times its own side."""
_LEAST = 8
"""At most so many times smaller than the image is what is enlarged."""
_COLOUR, _HALO = (255, 122, 26), (20, 20, 20)
_GONE = {404, 412}


class S3Pictures:
    """Reads each image once, however many pages show it."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._made: dict[str, Picture | None] = {}

    def of(self, image: Pictured) -> Picture | None:
        """One get, of exactly the content that was inspected."""
        if image.inspection_id not in self._made:
            content = self._content(image)
            self._made[image.inspection_id] = None if content is None else picture_of(content, image.boxes)
        return self._made[image.inspection_id]

    def _content(self, image: Pictured) -> bytes | None:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=image.key, IfMatch=f'"{image.etag}"')
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in _GONE:
                return None
            raise
        return answer["Body"].read()


def picture_of(content: bytes, boxes: tuple[Box, ...]) -> Picture:
    """The pictures of an image with these spots. The same content always makes the same bytes."""
    image = Image.fromarray(decode(content, grey_bits=None))
    whole = _small(image)
    scale = whole.width / image.width
    for box in reversed(boxes):
        _mark(whole, box, scale)
    return Picture(_data_uri(whole), _data_uri(_small(image.crop(_around(boxes[0], image)))) if boxes else None)


def _small(image: Image.Image) -> Image.Image:
    scale = SIDE / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _mark(picture: Image.Image, box: Box, scale: float) -> None:
    left, top, right, bottom = (side * scale for side in box)
    draw = ImageDraw.Draw(picture)
    for grow, colour in ((3, _HALO), (2, _COLOUR), (1, _COLOUR)):
        draw.rectangle((left - grow, top - grow, right + grow, bottom + grow), outline=colour)


def _around(box: Box, image: Image.Image) -> tuple[int, int, int, int]:
    """A rectangle of the image's shape around a spot, within the image."""
    share = max(_AROUND * (box.right - box.left) / image.width, _AROUND * (box.bottom - box.top) / image.height)
    share = min(1.0, max(share, 1 / _LEAST))
    width, height = max(1, round(image.width * share)), max(1, round(image.height * share))
    left = min(max(0, (box.left + box.right - width) // 2), image.width - width)
    top = min(max(0, (box.top + box.bottom - height) // 2), image.height - height)
    return left, top, left + width, top + height


def _data_uri(image: Image.Image) -> str:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY)
    return "data:image/jpeg;base64," + b64encode(buffer.getvalue()).decode()
