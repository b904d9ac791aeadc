"""A long text is stored once and a reference takes its place; a short one stays as it is."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.aws.large_bodies import LargeBodies
from tests.support.fake_client import as_client


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="bucket")
        yield client


def keys(s3: Any) -> list[str]:
    return [item["Key"] for item in s3.list_objects_v2(Bucket="bucket").get("Contents", [])]


def test_a_short_body_stays_and_nothing_is_stored() -> None:
    assert LargeBodies(as_client(None), "bucket").shortened("é" * 50, 100) == "é" * 50


def test_the_limit_is_in_bytes(s3: Any) -> None:
    assert LargeBodies(s3, "bucket").shortened("é" * 51, 100) != "é" * 51
    assert len(keys(s3)) == 1


def test_a_long_body_is_stored_once_and_read_back_whole(s3: Any) -> None:
    bodies, long = LargeBodies(s3, "bucket"), "é" * 5000
    references = {bodies.shortened(long, 1000) for _ in range(2)}
    [key] = keys(s3)
    [reference] = references
    assert key.startswith("large-bodies/")
    assert bodies.whole(reference) == long


def test_a_reference_is_short_and_shows_how_the_body_begins(s3: Any) -> None:
    reference = LargeBodies(s3, "bucket").shortened("begin" * 50_000, 1000)
    assert len(reference) < 1000
    assert (json.loads(reference)["bytes"], json.loads(reference)["begins"]) == (250_000, "begin" * 100)


def test_other_bodies_are_stored_apart(s3: Any) -> None:
    bodies = LargeBodies(s3, "bucket")
    long = ["a" * 2000, "b" * 2000]
    assert [bodies.whole(bodies.shortened(body, 1000)) for body in long] == long


def test_half_of_a_surrogate_pair_is_stored_as_its_escape(s3: Any) -> None:
    bodies = LargeBodies(s3, "bucket")
    assert bodies.whole(bodies.shortened("\ud800" + "a" * 2000, 1000)) == "\\ud800" + "a" * 2000


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"Records": []}',
        '{"linewatch_large_body": ',
        '{"linewatch_large_body": null}',
        '{"linewatch_large_body": "../../models/plates/1.safetensors"}',
        '["linewatch_large_body"]',
    ],
)
def test_a_text_that_is_no_reference_is_returned_as_it_is(text: str) -> None:
    assert LargeBodies(as_client(None), "bucket").whole(text) == text
