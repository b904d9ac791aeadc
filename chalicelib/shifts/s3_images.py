"""List the images of a project's days: `images/<project>/<line>/<camera>/<day>/<image id>`."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from chalicelib.aws.s3_listing import images_in
from chalicelib.core.image import PREFIX, UploadedImage

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CAMERAS = 2
"""The depth of the folders of cameras below that of the project."""


class S3DayImages:
    """Lists folder by folder: one request for each line, camera and day, and one more for each thousand images."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def of_days(self, project: str, prefix: str, days: Sequence[date], after: str) -> Iterator[UploadedImage]:
        """The folders come in the order of the keys, so that those before `after` need no request."""
        parts = prefix.split("/") if prefix else []
        for camera in self._folders("/".join([f"{PREFIX}{project}", *parts, ""]), CAMERAS - len(parts)):
            for folder in (f"{camera}{day.isoformat()}/" for day in sorted(days)):
                if after.startswith(folder) or after < folder:
                    yield from self._images(folder, max(after, folder))

    def _folders(self, above: str, depth: int) -> Iterator[str]:
        if depth == 0:
            yield above
            return
        pages = self._client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=above, Delimiter="/"):
            for found in page.get("CommonPrefixes", []):
                yield from self._folders(found["Prefix"], depth - 1)

    def _images(self, folder: str, after: str) -> Iterator[UploadedImage]:
        pages = self._client.get_paginator("list_objects_v2")
        return images_in(pages.paginate(Bucket=self._bucket, Prefix=folder, StartAfter=after), self._bucket)
