"""List the bucket's images: `images/<project>/<line>/<camera>/<date>/<image id>`."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from chalicelib.aws.s3_listing import images_in
from chalicelib.core.image import PREFIX, UploadedImage, is_day

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListObjectsV2OutputTypeDef

LINE, CAMERA = 2, 3
"""The depth of the folders of lines and of cameras."""


class S3ImageFolders:
    """Lists folder by folder, so a day costs one request for each camera, and one more for each thousand images."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def lines(self) -> Iterator[tuple[str, str]]:
        """Every (project, line), from two levels of folders."""
        for folder in self._folders(LINE):
            project, line = folder.removeprefix(PREFIX).split("/")[:LINE]
            yield project, line

    def of_day(self, day: date) -> Iterator[UploadedImage]:
        """The images in the folder of this day of every camera."""
        for camera in self._folders(CAMERA):
            yield from self._images(f"{camera}{day.isoformat()}/")

    def strays(self) -> Iterator[UploadedImage]:
        """The objects above the folders of days, or in a folder beside them whose name is not a day."""
        for depth in range(CAMERA + 1):
            for folder in self._folders(depth):
                yield from self._images(folder, delimiter="/")
        for folder in self._folders(CAMERA + 1):
            if not is_day(folder.split("/")[-2]):
                yield from self._images(folder)

    def _folders(self, depth: int) -> Iterator[str]:
        """The folders at this depth below `images/`."""
        if depth == 0:
            yield PREFIX
            return
        for folder in self._folders(depth - 1):
            for page in self._pages(folder, delimiter="/"):
                yield from (found["Prefix"] for found in page.get("CommonPrefixes", []))

    def _images(self, folder: str, **options: str) -> Iterator[UploadedImage]:
        return images_in(self._pages(folder, **options), self._bucket)

    def _pages(self, folder: str, delimiter: str = "") -> "Iterable[ListObjectsV2OutputTypeDef]":
        pages = self._client.get_paginator("list_objects_v2")
        return pages.paginate(Bucket=self._bucket, Prefix=folder, Delimiter=delimiter)
