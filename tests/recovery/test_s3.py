"""The listing of the bucket's images and its fake behave the same."""

from collections.abc import Callable, Iterator
from datetime import date

import boto3
import pytest
from moto import mock_aws

from chalicelib.recovery.ports import ImageFolders
from chalicelib.recovery.s3 import S3ImageFolders
from tests.support.builders import an_upload
from tests.support.fake_recovery import FakeImageFolders

DAY = date(2026, 3, 14)
KEYS = [
    "images/plates/line-1/cam-1/2026-03-14/a",
    "images/plates/line-1/cam-1/2026-03-15/b",
    "images/plates/line-1/cam-2/2026-03-14/c",
    "images/plates/line-2/cam-1/2026-03-14/d",
    "images/tiles/line-1/cam-1/2026-03-14/e",
    "images/plates/line-1/cam-1/2026-03-14/deeper/f",
    "images/by hand.jpg",
    "images/plates/g",
    "images/plates/line-1/h",
    "images/plates/line-1/cam-1/i",
    "images/plates/line-1/cam-1/tests/j",
    "images/plates/line-1/cam-1/tests/deeper/k",
]

type Fill = Callable[[list[str]], ImageFolders]


@pytest.fixture(params=["fake", "s3"])
def fill(request: pytest.FixtureRequest) -> Iterator[Fill]:
    if request.param == "fake":
        yield lambda keys: FakeImageFolders([an_upload(key) for key in keys])
        return
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="bucket")

        def put(keys: list[str]) -> ImageFolders:
            for key in [*keys, "lake/inspections/dt=2026-03-14/line=line-1/x.parquet"]:
                client.put_object(Bucket="bucket", Key=key, Body=b"x" * 7)
            return S3ImageFolders(client, "bucket")

        yield put


def test_the_images_of_a_day_are_those_under_its_folders(fill: Fill) -> None:
    found = [image.key for image in fill(KEYS).of_day(DAY)]
    assert sorted(found) == sorted(key for key in KEYS if "2026-03-14" in key)


def test_every_object_is_either_of_a_day_or_a_stray(fill: Fill) -> None:
    folders = fill(KEYS)
    days = [image.key for day in (DAY, date(2026, 3, 15)) for image in folders.of_day(day)]
    assert sorted([*days, *(image.key for image in folders.strays())]) == sorted(KEYS)


def test_every_line_with_images_is_known(fill: Fill) -> None:
    assert {("plates", "line-1"), ("plates", "line-2"), ("tiles", "line-1")} <= set(fill(KEYS).lines())


def test_an_empty_bucket_has_nothing(fill: Fill) -> None:
    folders = fill([])
    assert [*folders.of_day(DAY), *folders.strays(), *folders.lines()] == []


def test_an_object_is_listed_with_the_values_of_its_notification() -> None:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="bucket")
        put = client.put_object(Bucket="bucket", Key=KEYS[0], Body=b"x" * 7)
        [image] = S3ImageFolders(client, "bucket").of_day(DAY)
    assert (image.bucket, image.key, image.size_bytes) == ("bucket", KEYS[0], 7)
    assert f'"{image.etag}"' == put["ETag"]
    assert image.uploaded_at.utcoffset() is not None
