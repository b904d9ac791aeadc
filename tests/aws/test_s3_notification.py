"""Reading S3's notifications."""

import json
from typing import Any

import pytest

from chalicelib.aws.s3_notification import Notification, read_notification


def notification(key: str) -> dict[str, Any]:
    return {
        "eventTime": "2026-03-14T12:00:00.000Z",
        "s3": {"bucket": {"name": "bucket"}, "object": {"key": key, "size": 3, "eTag": "e1"}},
    }


def test_every_record_of_a_notification_is_read_and_its_key_is_decoded() -> None:
    body = json.dumps({"Records": [notification("images/a+b%2Fc"), notification("images/%C3%A9")]})
    assert [image.key for image in read_notification(body).images] == ["images/a b/c", "images/é"]


def test_an_etag_has_no_quotes_however_it_is_announced() -> None:
    """S3 lists an ETag with quotes and announces it without; both must give the same inspection."""
    quoted = notification("images/a")
    quoted["s3"]["object"]["eTag"] = '"e1"'
    first, second = read_notification(json.dumps({"Records": [notification("images/a"), quoted]})).images
    assert first == second


def test_the_test_event_of_s3_announces_no_image() -> None:
    body = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "bucket"})
    assert read_notification(body) == Notification([], [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": "abc"},
        {"size": -1},
        {"size": 2**70},
        {"size": True},
        {"key": ""},
        {"key": "images/%ff"},
        {"key": "k" * 5000},
        {"key": "images/\ud800"},
        {"eTag": ""},
        {"eTag": "e" * 300},
        {"eTag": None},
    ],
)
def test_a_record_that_is_wrong_does_not_hide_the_others(wrong: dict[str, Any]) -> None:
    bad = notification("images/bad")
    bad["s3"]["object"] |= wrong
    body = json.dumps({"Records": [bad, notification("images/good")]})
    found = read_notification(body)
    assert [image.key for image in found.images] == ["images/good"]
    assert len(found.errors) == 1
    assert found.errors[0].startswith("record 0: ")


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59+00:00", "2026-03-14T12:00:00", "noon", 5, None]
)
def test_a_record_with_an_unusable_time_is_an_error(time: object) -> None:
    body = json.dumps({"Records": [notification("images/a") | {"eventTime": time}]})
    found = read_notification(body)
    assert found.images == []
    assert "eventTime" in found.errors[0]


@pytest.mark.parametrize(
    "body", ["", "no JSON", "null", "[]", "7", "{}", '{"Records": null}', '{"Records": []}', "[" * 200_000, "\ufeff{}"]
)
def test_a_message_that_is_no_notification_is_an_error(body: str) -> None:
    found = read_notification(body)
    assert found.images == []
    assert len(found.errors) == 1
