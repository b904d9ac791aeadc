"""The images in a listing of the bucket."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from chalicelib.core.image import UploadedImage

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ListObjectsV2OutputTypeDef


def images_in(pages: "Iterable[ListObjectsV2OutputTypeDef]", bucket: str) -> Iterator[UploadedImage]:
    """Each object as an image, without reading it."""
    for page in pages:
        for stored in page.get("Contents", []):
            yield UploadedImage(
                bucket=bucket,
                key=stored["Key"],
                etag=stored["ETag"].strip('"'),
                size_bytes=stored["Size"],
                uploaded_at=stored["LastModified"],
            )
