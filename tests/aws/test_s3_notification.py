"""Reading S3's notifications."""

import json
from typing import Any

from chalicelib.aws.s3_notification import uploads_in


def notification(key: str) -> dict[str, Any]:
    return {
        "eventTime": "2026-03-14T12:00:00.000Z",
        "s3": {"bucket": {"name": "bucket"}, "object": {"key": key, "size": 3, "eTag": "e1"}},
    }


def test_every_record_of_a_notification_is_read_and_its_key_is_decoded() -> None:
    body = json.dumps({"Records": [notification("images/a+b%2Fc"), notification("images/%C3%A9")]})
    assert [image.key for image in uploads_in(body)] == ["images/a b/c", "images/é"]


def test_an_etag_has_no_quotes_however_it_is_announced() -> None:
    """S3 lists an ETag with quotes and announces it without; both must give the same inspection."""
    quoted = notification("images/a")
    quoted["s3"]["object"]["eTag"] = '"e1"'
    first, second = uploads_in(json.dumps({"Records": [notification("images/a"), quoted]}))
    assert first == second


def test_the_test_event_of_s3_announces_no_image() -> None:
    body = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "bucket"})
    assert list(uploads_in(body)) == []
