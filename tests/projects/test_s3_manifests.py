"""Manifests and their results in S3."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.core.errors import InvalidRequest, ObjectGone
from chalicelib.core.image import UploadedImage
from chalicelib.projects.s3_manifests import S3ManifestFiles
from tests.support.builders import NOON

KEY = "datasets/plates/manifests/train/a b+ü.manifest"


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="bucket")
        yield client


def put(client: Any, content: bytes) -> UploadedImage:
    answer = client.put_object(Bucket="bucket", Key=KEY, Body=content)
    return UploadedImage("bucket", KEY, answer["ETag"].strip('"'), len(content), NOON + timedelta(seconds=1))


def test_the_announced_content_is_read_line_by_line(client: Any) -> None:
    announced = put(client, b"{}\r\n[]\n")
    assert S3ManifestFiles(client).read(announced) == [b"{}", b"[]"]


def test_a_byte_order_mark_is_no_part_of_the_first_line(client: Any) -> None:
    announced = put(client, "{}\n".encode("utf-8-sig"))
    assert S3ManifestFiles(client).read(announced) == [b"{}"]


def test_what_was_replaced_or_deleted_is_gone(client: Any) -> None:
    files = S3ManifestFiles(client)
    first, second = put(client, b"first"), put(client, b"second")
    files.require_current(second)
    for ask in (files.read, files.require_current):
        with pytest.raises(ObjectGone, match="replaced"):
            ask(first)
    client.delete_object(Bucket="bucket", Key=KEY)
    for ask in (files.read, files.require_current):
        with pytest.raises(ObjectGone, match="gone"):
            ask(second)


def test_what_is_too_large_is_not_read(client: Any) -> None:
    announced = put(client, bytes(16 * 1024 * 1024 + 1))
    with pytest.raises(InvalidRequest, match="it has 16777217 bytes; a manifest has at most 16777216"):
        S3ManifestFiles(client).read(announced)


def test_a_result_is_known_by_its_event(client: Any) -> None:
    files, announced = S3ManifestFiles(client), put(client, b"{}")
    assert not files.has_result(announced, "e1")
    files.put_result(announced, b"waits", None)
    assert not files.has_result(announced, "e1")
    files.put_result(announced, b"done", "e1")
    assert files.has_result(announced, "e1")
    assert not files.has_result(announced, "e2")
    stored = client.get_object(Bucket="bucket", Key=f"{KEY}.result.json")
    assert (stored["Body"].read(), stored["ContentType"]) == (b"done", "application/json")
