"""A camera sends an image and gets its verdict in the same answer."""

import json

import pytest

from chalicelib.access.domain import Role
from chalicelib.core.errors import ImageIdTaken, NotInspectedYet
from chalicelib.core.image import LARGEST_SENT_WHOLE
from chalicelib.inspections.search import as_json
from tests.http.conftest import Api
from tests.support.builders import JPEG, an_inspection
from tests.support.fake_uploads import FakeInspector, FakeWriter

ROUTE = "/inspections?line=line-1&camera=cam-1"
INSPECTION = as_json(an_inspection())


def serve(api: Api, fault: Exception | None = None) -> FakeWriter:
    writer = FakeWriter()
    api.linewatch.uploads.writer = writer
    api.linewatch.uploads.inspector = FakeInspector(fault, INSPECTION)
    return writer


def test_the_answer_to_the_image_is_its_inspection(api: Api) -> None:
    writer = serve(api)
    answer = api.post(f"{ROUTE}&image_id=part-7", JPEG, api.key(), content_type="image/jpeg")
    assert (answer.status_code, answer.json_body) == (200, json.loads(INSPECTION))
    assert [content for _, content in writer.stored.values()] == [JPEG]


def test_without_a_verdict_in_time_the_answer_has_the_id_to_ask_for(api: Api) -> None:
    serve(api, NotInspectedYet("i1", "project 'plates' has no live model version"))
    answer = api.post(ROUTE, JPEG, api.key(), content_type="image/jpeg")
    assert answer.status_code == 202
    assert (answer.json_body["code"], answer.json_body["inspection_id"]) == ("NotInspectedYet", "i1")


def test_an_image_id_of_another_image_is_a_conflict(api: Api) -> None:
    serve(api, ImageIdTaken("another image has this image id"))
    answer = api.post(ROUTE, JPEG, api.key(), content_type="image/jpeg")
    assert (answer.status_code, answer.json_body["code"]) == (409, "ImageIdTaken")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?camera=cam-1", "line"),
        ("?line=line-1&camera=cam-1&captured_at=now", "captured_at"),
        ("?line=.&camera=c", "line"),
    ],
)
def test_a_wrong_query_names_the_parameter(api: Api, query: str, field: str) -> None:
    writer = serve(api)
    answer = api.post(f"/inspections{query}", JPEG, api.key(), content_type="image/jpeg")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json_body["errors"]] == [field]
    assert not writer.stored


def test_only_cameras_send_images(api: Api) -> None:
    writer = serve(api)
    assert api.post(ROUTE, JPEG, api.key(Role.ADMIN), content_type="image/jpeg").status_code == 403
    assert not writer.stored


def test_an_image_that_is_too_large_for_one_request_is_sent_by_its_presigned_url(api: Api) -> None:
    writer = serve(api)
    answer = api.post(ROUTE, JPEG + bytes(LARGEST_SENT_WHOLE), api.key(), content_type="image/jpeg")
    assert (answer.status_code, answer.json_body["code"]) == (413, "TooLarge")
    assert "POST /uploads" in answer.json_body["message"]
    assert not writer.stored
