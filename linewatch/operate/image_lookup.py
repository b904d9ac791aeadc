"""Find the stored image with a given key or image id."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.core.image import PREFIX, UploadedImage, is_day

REQUESTS_AT_ONCE = 16
CAMERA_DEPTH = 3
"""Cameras' folders are this many levels below the folder of images: project, line, camera."""


def stored_under(s3: Any, bucket: str, key: str) -> UploadedImage | None:
    """The image with this key, by one HeadObject request; None when there is none."""
    try:
        head = s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        return None
    return UploadedImage(bucket, key, head["ETag"].strip('"'), head["ContentLength"], head["LastModified"])


def with_image_id(s3: Any, bucket: str, image_id: str, day: date | None = None) -> list[UploadedImage]:
    """Every image with this id, from any camera; only those of one day when `day` is given.

    Makes a list request for each project, line and camera, and a head request for each day of each camera (0.40 USD
    per million).
    """
    keys = [f"{folder}{image_id}" for folder in _day_folders(s3, bucket, day)]
    with ThreadPoolExecutor(REQUESTS_AT_ONCE) as pool:
        return [image for image in pool.map(lambda key: stored_under(s3, bucket, key), keys) if image]


def _day_folders(s3: Any, bucket: str, day: date | None) -> Iterator[str]:
    """The folders of days, of every camera."""
    for camera in _folders(s3, bucket, PREFIX, CAMERA_DEPTH):
        if day is not None:
            yield f"{camera}{day.isoformat()}/"
        else:
            yield from (folder for folder in _folders(s3, bucket, camera, 1) if is_day(folder.split("/")[-2]))


def _folders(s3: Any, bucket: str, parent: str, depth: int) -> Iterator[str]:
    """The folders `depth` levels below `parent`."""
    if depth == 0:
        yield parent
        return
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=parent, Delimiter="/")
    for page in pages:
        for folder in page.get("CommonPrefixes", []):
            yield from _folders(s3, bucket, folder["Prefix"], depth - 1)
