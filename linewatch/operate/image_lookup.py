"""Which image a person means: by an inspection id, an object key, or an image id alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.core.image import PREFIX, UploadedImage, is_day

ASKED_AT_ONCE = 16
CAMERA = 3
"""How deep the folders of cameras lie below the images' own."""


def stored_under(s3: Any, bucket: str, key: str) -> UploadedImage | None:
    """The image under a key, by one HeadObject; None when nothing is there."""
    try:
        head = s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        return None
    return UploadedImage(bucket, key, head["ETag"].strip('"'), head["ContentLength"], head["LastModified"])


def with_image_id(s3: Any, bucket: str, image_id: str, day: date | None = None) -> list[UploadedImage]:
    """Every image with this id, whichever camera sent it.

    Costs a list request for each project, line and camera, and a head request for each day of each camera (0.40 USD
    per million of these): for one day only where it is given.
    """
    keys = [f"{folder}{image_id}" for folder in _days(s3, bucket, day)]
    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        return [found for found in pool.map(lambda key: stored_under(s3, bucket, key), keys) if found]


def _days(s3: Any, bucket: str, day: date | None) -> Iterator[str]:
    """The folders of days of every camera."""
    for camera in _folders(s3, bucket, PREFIX, CAMERA):
        if day is not None:
            yield f"{camera}{day.isoformat()}/"
        else:
            yield from (folder for folder in _folders(s3, bucket, camera, 1) if is_day(folder.split("/")[-2]))


def _folders(s3: Any, bucket: str, above: str, depth: int) -> Iterator[str]:
    """The folders so many levels below one."""
    if depth == 0:
        yield above
        return
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=above, Delimiter="/")
    for page in pages:
        for found in page.get("CommonPrefixes", []):
            yield from _folders(s3, bucket, found["Prefix"], depth - 1)
