"""Images of data sets and files of trainings, in S3."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from chalicelib.projects.domain import Location
from chalicelib.projects.errors import ImageUnavailable
from chalicelib.projects.s3_images import S3ImageDownloads, S3OutputFiles
from chalicelib.projects.training_size import LARGEST_IMAGE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture
def client() -> "Iterator[S3Client]":
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
        client.create_bucket(Bucket="bucket")
        yield client


def test_an_image_is_read_by_its_uri(client: "S3Client") -> None:
    client.put_object(Bucket="bucket", Key="a b+ü.png", Body=b"image")
    assert S3ImageDownloads(client).read("s3://bucket/a b+ü.png") == b"image"


@pytest.mark.parametrize(("uri", "code"), [("s3://bucket/gone", "NoSuchKey"), ("s3://nobody/a", "NoSuchBucket")])
def test_what_is_not_there_is_unavailable_for_ever(client: "S3Client", uri: str, code: str) -> None:
    with pytest.raises(ImageUnavailable, match=code):
        S3ImageDownloads(client).read(uri)


def test_of_a_large_object_only_as_much_is_read_as_says_that_it_is_too_large(client: "S3Client") -> None:
    client.put_object(Bucket="bucket", Key="a", Body=bytes(LARGEST_IMAGE + 1000))
    assert len(S3ImageDownloads(client).read("s3://bucket/a")) == LARGEST_IMAGE + 1


def test_a_file_goes_to_its_place(client: "S3Client") -> None:
    S3OutputFiles(client).put(Location(bucket="bucket", key="out/a.html"), b"<html>", "text/html; charset=utf-8")
    stored = client.get_object(Bucket="bucket", Key="out/a.html")
    assert (stored["Body"].read(), stored["ContentType"]) == (b"<html>", "text/html; charset=utf-8")
