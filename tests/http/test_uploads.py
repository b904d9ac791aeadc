"""Cameras request uploads."""

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.http.conftest import Api

LARGEST = 256 * 1024


def image_fields(number: int = 1, /, **changes: Any) -> dict[str, Any]:
    return {
        "line": "line-1",
        "camera": "cam-1",
        "captured_at": datetime.now(UTC).isoformat(),
        "content_type": "image/jpeg",
        "size_bytes": 1000,
        "sha256": sha256(str(number).encode()).hexdigest(),
    } | changes


def test_a_camera_gets_a_url_with_the_headers_to_send(api: Api) -> None:
    answer = api.post("/uploads", image_fields(image_id="part-7", facility="north"), api.key())
    assert answer.status_code == 201
    upload = answer.json_body
    today = datetime.now(UTC).date().isoformat()
    assert upload["key"] == f"images/plates/line-1/cam-1/{today}/part-7"
    assert upload["bucket"] == "bucket"
    assert (upload["image_id"], upload["method"]) == ("part-7", "PUT")
    signed = parse_qs(urlsplit(upload["url"]).query)["X-Amz-SignedHeaders"][0].split(";")
    assert set(signed) == {name.lower() for name in upload["headers"]} | {"host"}
    assert upload["headers"]["x-amz-meta-correlation-id"] == upload["correlation_id"]
    assert upload["headers"]["x-amz-meta-facility"] == "north"
    assert upload["expires_at"].endswith("Z")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_batch_is_answered_in_its_order(api: Api) -> None:
    answer = api.post("/uploads/batch", {"images": [image_fields(image_id=f"p{n}") for n in range(100)]}, api.key())
    assert answer.status_code == 201
    assert [upload["image_id"] for upload in answer.json_body["uploads"]] == [f"p{n}" for n in range(100)]


def test_one_wrong_image_makes_the_batch_fail_and_is_named(api: Api) -> None:
    images = [image_fields(number) for number in range(3)] + [image_fields(4, size_bytes=0)]
    answer = api.post("/uploads/batch", {"images": images}, api.key())
    assert answer.status_code == 400
    assert answer.json_body["code"] == "InvalidRequest"
    assert answer.json_body["message"].startswith("images.3.size_bytes: ")
    assert [error["field"] for error in answer.json_body["errors"]] == ["images.3.size_bytes"]


@pytest.mark.parametrize("images", [[], [image_fields(number) for number in range(101)], {}, "x", None])
def test_a_batch_of_none_or_too_many_is_refused(api: Api, images: object) -> None:
    answer = api.post("/uploads/batch", {"images": images}, api.key())
    assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, "images")


@pytest.mark.parametrize(
    ("field", "value"),
    [("line", "a/b"), ("image_id", "'; DROP"), ("size_bytes", "1"), ("colour", "red"), ("captured_at", "yesterday")],
)
def test_a_wrong_field_is_named(api: Api, field: str, value: object) -> None:
    answer = api.post("/uploads", image_fields(**{field: value}), api.key())
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json_body["errors"]] == [field]
    assert str(value) not in answer.json_body["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"null", b"\xff\xfe", b"[" * 10_000])
def test_a_body_that_is_not_a_json_object_is_refused(api: Api, body: bytes) -> None:
    answer = api.post("/uploads", body, api.key())
    assert (answer.status_code, answer.json_body["code"]) == (400, "InvalidRequest")


def test_a_wrong_clock_is_refused_with_the_servers_time(api: Api) -> None:
    late = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    answer = api.post("/uploads", image_fields(captured_at=late), api.key())
    assert answer.status_code == 400
    assert f"the server's time is {datetime.now(UTC):%Y-%m-%dT%H:}" in answer.json_body["message"]


def test_a_camera_outside_the_scope_is_forbidden_and_the_scope_is_named(api: Api) -> None:
    answer = api.post("/uploads", image_fields(camera="other"), api.key(cameras=("cam-*",)))
    assert (answer.status_code, answer.json_body["code"]) == (403, "Forbidden")
    assert "camera other; it covers project plates, lines *, cameras cam-*" in answer.json_body["message"]


def test_a_body_over_the_limit_is_too_large(api: Api) -> None:
    answer = api.post("/uploads", b" " * (LARGEST + 1), api.key())
    assert (answer.status_code, answer.json_body["code"]) == (413, "TooLarge")
    assert str(LARGEST) in answer.json_body["message"]


def test_a_body_at_the_limit_is_read(api: Api) -> None:
    assert api.post("/uploads", b" " * LARGEST, api.key()).status_code == 400


@pytest.mark.parametrize("content_type", ["text/plain", "image/jpeg", "application/jsonp", ""])
def test_a_body_with_another_content_type_than_json_is_refused(api: Api, content_type: str) -> None:
    answer = api.post("/uploads", image_fields(), api.key(), content_type=content_type)
    assert (answer.status_code, answer.json_body["code"]) == (415, "NotJSON")


def test_json_may_name_its_character_set(api: Api) -> None:
    answer = api.post("/uploads", image_fields(), api.key(), content_type="Application/JSON; charset=utf-8")
    assert answer.status_code == 201


def test_every_wrong_image_of_a_batch_is_named(api: Api) -> None:
    late = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    images = [image_fields(1), image_fields(2, captured_at=late), image_fields(3), image_fields(4, captured_at=late)]
    answer = api.post("/uploads/batch", {"images": images}, api.key())
    assert answer.json_body["message"].endswith("(and 1 more)")
    assert [error["field"] for error in answer.json_body["errors"]] == ["images.1.captured_at", "images.3.captured_at"]


def test_at_most_a_hundred_errors_are_named(api: Api) -> None:
    answer = api.post("/uploads", image_fields() | {f"x{number}": 1 for number in range(1000)}, api.key())
    assert (answer.status_code, len(answer.json_body["errors"])) == (400, 100)


def test_the_legacy_route_answers_as_the_archived_sample(api: Api) -> None:
    answer = api.get("/getsignedurl?cameraid=cam-1&assemblylineid=line-1&imageid=part-7&more=1", api.key())
    assert answer.status_code == 200
    assert answer.json_body.keys() == {"uploadURL", "photoFilename"}
    assert answer.json_body["photoFilename"] == "part-7.jpg"
    url = urlsplit(answer.json_body["uploadURL"])
    assert re.search(r"/part-7\.[0-9a-f]{8}$", url.path)
    assert parse_qs(url.query)["X-Amz-SignedHeaders"] == ["content-type;host"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?cameraid=a&assemblylineid=b",
        "?cameraid=a&assemblylineid=b&imageid=..%2Fc",
        "?cameraid=%00&assemblylineid=b&imageid=c",
    ],
)
def test_the_legacy_route_says_what_is_wrong(api: Api, query: str) -> None:
    answer = api.get(f"/getsignedurl{query}", api.key())
    assert (answer.status_code, answer.json_body["code"]) == (400, "InvalidRequest")


def test_the_legacy_route_refuses_a_camera_outside_the_scope(api: Api) -> None:
    answer = api.get("/getsignedurl?cameraid=other&assemblylineid=b&imageid=c", api.key(cameras=("cam-1",)))
    assert answer.status_code == 403
