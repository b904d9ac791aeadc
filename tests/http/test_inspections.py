"""People and cameras find inspections."""

import json
import logging
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from urllib.parse import quote

import pytest
from chalice.test import HTTPResponse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from chalicelib.access.domain import Role
from chalicelib.core.anomaly_map import AnomalyMap
from chalicelib.core.errors import PictureUnavailable
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.spots import Box
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.items import from_item
from chalicelib.inspections.routes import cursor_of, cursor_text
from chalicelib.inspections.search import Cursor
from tests.http.conftest import Api
from tests.support.builders import an_inspection
from tests.support.fake_inspections import FakeInspections

FIELDS = set(Inspection.__slots__) - {"original_message", "anomaly_map", "answers"} | {"worst_box"}


def stored(api: Api, number: int, **changes: object) -> Inspection:
    captured_at = datetime.now(UTC) - timedelta(minutes=number)
    inspection = an_inspection(f"i{number}", captured_at=captured_at, **changes)
    api.inspections.commit(inspection)
    return inspection


def ids(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [each["image_id"] for each in answer["inspections"]]


def test_an_inspection_is_returned_without_its_original_message(api: Api) -> None:
    inspection = stored(api, 1, original_message="from the queue", facility="north")
    answer = api.get(f"/inspections/{inspection.inspection_id}", api.key())
    assert answer.status_code == 200
    assert answer.json_body.keys() == FIELDS
    assert answer.json_body["captured_at"] == inspection.captured_at.isoformat().replace("+00:00", "Z")
    assert (answer.json_body["verdict"], answer.json_body["confidence"]) == ("normal", 0.75)


def test_an_inspection_says_where_the_image_is_unusual(api: Api) -> None:
    boxes = (Box(1, 2, 30, 40), Box(50, 0, 64, 8))
    inspection = stored(api, 1, boxes=boxes, area_fraction=0.25, features="filters")
    answer = api.get(f"/inspections/{inspection.inspection_id}", api.key()).json_body
    assert answer["boxes"] == [[1, 2, 30, 40], [50, 0, 64, 8]]
    assert answer["worst_box"] == [1, 2, 30, 40]
    assert (answer["area_fraction"], answer["features"]) == (0.25, "filters")


@pytest.mark.parametrize("accept", ["image/png", "Image/PNG, */*", "image/png;q=0.9, */*;q=0.8"])
def test_the_map_is_a_grey_picture_with_one_pixel_a_cell(api: Api, accept: str) -> None:
    anomaly_map = AnomalyMap(2, 3, bytes([0, 0, 64, 128, 255, 0]))
    inspection = stored(api, 1, anomaly_map=anomaly_map.to_text())
    answer = map_of(api, inspection, accept=accept)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    with Image.open(BytesIO(answer.body)) as picture:
        assert (picture.mode, picture.size, picture.tobytes()) == ("L", (3, 2), anomaly_map.levels)


def test_a_map_that_was_never_made_is_not_found_and_says_so(api: Api) -> None:
    answer = map_of(api, stored(api, 1, verdict=Verdict.REJECTED, anomaly_map=None))
    assert (answer.status_code, answer.json_body["code"]) == (404, "NotFound")
    assert "has no map" in answer.json_body["message"]


def test_a_map_outside_the_scope_is_forbidden(api: Api) -> None:
    inspection = stored(api, 1, camera="cam-2", anomaly_map=AnomalyMap(1, 1, b"x").to_text())
    assert map_of(api, inspection, api.key(cameras=("cam-1",))).status_code == 403
    assert map_of(api, inspection, api.key(Role.ADMIN, project="bolts")).status_code == 404


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "text/html, image/png"])
def test_a_map_is_asked_for_as_a_png(api: Api, accept: str | None) -> None:
    """API Gateway sends the bytes of a picture only if it is the first type that the client accepts."""
    inspection = stored(api, 1, anomaly_map=AnomalyMap(1, 1, b"x").to_text())
    headers = {"Authorization": api.key()} | ({"Accept": accept} if accept else {})
    answer = api.http.get(f"/inspections/{inspection.inspection_id}/map", headers=headers)
    assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, "Accept")


def map_of(api: Api, inspection: Inspection, token: str | None = None, accept: str = "image/png") -> HTTPResponse:
    headers = {"Authorization": token or api.key(), "Accept": accept}
    return api.http.get(f"/inspections/{inspection.inspection_id}/map", headers=headers)


def picture_of(api: Api, inspection: Inspection, token: str | None = None, query: str = "") -> HTTPResponse:
    headers = {"Authorization": token or api.key(), "Accept": "image/jpeg"}
    return api.http.get(f"/inspections/{inspection.inspection_id}/picture{query}", headers=headers)


def test_a_small_picture_is_a_jpeg_of_the_size_that_is_asked_for(api: Api) -> None:
    inspection, written = stored(api, 1), BytesIO()
    Image.new("RGB", (4000, 3000)).save(written, "JPEG")
    api.pictures.contents[inspection.key] = written.getvalue()
    for query, size in (("", (320, 240)), ("?longest_side=1600", (1600, 1200))):
        answer = picture_of(api, inspection, query=query)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
        assert Image.open(BytesIO(answer.body)).size == size
    assert {each.image.etag for each in api.pictures.asked} == {inspection.etag}


def test_a_picture_outside_the_scope_is_forbidden_and_not_made(api: Api) -> None:
    inspection = stored(api, 1, camera="cam-2")
    assert picture_of(api, inspection, api.key(cameras=("cam-1",))).status_code == 403
    assert picture_of(api, inspection, api.key(Role.ADMIN, project="bolts")).status_code == 404
    assert not api.pictures.asked


@pytest.mark.parametrize("side", ["63", "2049", "wide"])
def test_the_size_of_a_picture_is_bounded(api: Api, side: str) -> None:
    answer = picture_of(api, stored(api, 1), query=f"?longest_side={side}")
    assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, "longest_side")


def test_a_picture_that_cannot_be_made_says_why_and_whether_to_try_again(api: Api) -> None:
    gone = picture_of(api, stored(api, 1))
    assert gone.status_code == 404
    assert gone.json_body["message"].endswith("has no picture: object is gone")
    api.pictures.fault = PictureUnavailable("try again")
    assert picture_of(api, stored(api, 2)).status_code == 503


def test_an_unknown_inspection_is_not_found(api: Api) -> None:
    answer = api.get("/inspections/nope", api.key())
    assert (answer.status_code, answer.json_body["code"]) == (404, "NotFound")


def test_an_inspection_outside_the_scope_is_forbidden(api: Api) -> None:
    inspection = stored(api, 1, camera="cam-2")
    path = f"/inspections/{inspection.inspection_id}"
    assert api.get(path, api.key(cameras=("cam-1",))).status_code == 403
    assert api.get(path, api.key(Role.ADMIN, project="bolts")).status_code == 404
    assert api.get(path, api.key(Role.VIEWER)).status_code == 200


def test_the_list_goes_on_past_what_cannot_be_read_and_names_it(api: Api) -> None:
    stored(api, 1)
    api.inspections.broken["odd"] = Unreadable("inspections table", "odd", "verdict: 'blue'", '{"secret": 1}')
    answer = api.get("/inspections?line=line-1", api.key(Role.VIEWER)).json_body
    assert len(answer["inspections"]) == 1
    assert answer["unreadable"] == [{"inspection_id": "odd", "reason": "verdict: 'blue'"}]


def test_the_pages_together_list_the_line_newest_first(api: Api) -> None:
    for number in range(7):
        stored(api, number)
    stored(api, 8, line="line-2")
    found, cursor, token = [], "", api.key(Role.VIEWER)
    while True:
        answer = api.get(f"/inspections?line=line-1&limit=3{cursor}", token).json_body
        found.append(ids(answer))
        if answer["next_cursor"] is None:
            break
        cursor = f"&cursor={quote(answer['next_cursor'])}"
    assert found == [["i0", "i1", "i2"], ["i3", "i4", "i5"], ["i6"]]


def test_a_listing_can_be_filtered_by_camera_verdict_and_time(api: Api) -> None:
    stored(api, 1, verdict=Verdict.ANOMALOUS)
    stored(api, 2, verdict=Verdict.ANOMALOUS, camera="cam-2")
    stored(api, 3)
    stored(api, 40, verdict=Verdict.ANOMALOUS)
    since = quote((datetime.now(UTC) - timedelta(minutes=30)).isoformat())
    answer = api.get(f"/inspections?line=line-1&camera=cam-1&verdict=anomalous&from={since}", api.key(Role.VIEWER))
    assert ids(answer.json_body) == ["i1"]


@pytest.mark.parametrize("query", ["line=line-1&camera=cam-2", "line=line-2", "line=line-1&project=bolts"])
def test_a_search_outside_the_scope_is_forbidden(api: Api, query: str) -> None:
    token = api.key(lines=("line-1",), cameras=("cam-1",))
    assert api.get(f"/inspections?{query}", token).status_code == 403


def test_a_cursor_of_another_line_returns_only_the_requested_line(api: Api) -> None:
    stored(api, 1)
    stored(api, 3, line="line-2")
    cursor = cursor_text(Cursor(datetime.now(UTC) - timedelta(minutes=2), "i"))
    answer = api.get(f"/inspections?line=line-1&cursor={cursor}", api.key(lines=("line-1",)))
    assert answer.json_body == {"inspections": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "line"),
        ("line=a/b", "line"),
        ("line=a&line=b", "line"),
        ("line=a&verdict=fine", "verdict"),
        ("line=a&limit=0", "limit"),
        ("line=a&limit=1001", "limit"),
        ("line=a&limit=ten", "limit"),
        ("line=a&from=yesterday", "from"),
        ("line=a&from=1700000000", "from"),
        ("line=a&to=2026-03-14", "to"),
        ("line=a&to=2026-03-14T12:00:00+01:00", "to"),
        ("line=a&from=2026-03-14T12:00:00Z&to=2026-03-13T12:00:00Z", "from"),
        ("line=a&from=2026-01-01T12:00:00Z&to=2026-03-13T12:00:00Z", "from"),
        ("line=a&since=2026-01-01T12:00:00Z", "since"),
        ("line=a&colour=red", "colour"),
    ],
)
def test_a_wrong_parameter_is_named(api: Api, query: str, field: str) -> None:
    answer = api.get(f"/inspections?{query}", api.key(Role.VIEWER))
    assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, field)


def forged(content: object) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%00",
        "é",
        forged([]),
        forged({}),
        forged(7),
        forged([7, "a"]),
        forged(["2026-03-14T12:00:00Z"]),
        forged(["2026-03-14T12:00:00", "a"]),
        forged(["2026-03-14T12:00:00Z", 7]),
        forged(["2026-03-14T12:00:00Z", "a/b"]),
        forged(["9998-03-14T12:00:00Z", "a"]),
        forged(["0001-01-01T00:00:00+14:00", "a"]),
        urlsafe_b64encode(b"[" * 5000).decode(),
    ],
)
def test_a_cursor_that_the_api_did_not_return_is_refused(api: Api, cursor: str) -> None:
    answer = api.get(f"/inspections?line=a&cursor={quote(cursor, safe='%')}", api.key(Role.VIEWER))
    assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, "cursor")


@given(st.integers(0, 8000 * 365 * 86400 * 10**6), st.from_regex(r"[0-9a-f]{32}", fullmatch=True))
def test_a_cursor_is_parsed_to_the_same_position(microseconds: int, inspection_id: str) -> None:
    cursor = Cursor(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds), inspection_id)
    assert cursor_of(cursor_text(cursor)) == cursor


@dataclass
class BrokenInspections(FakeInspections):
    """A table whose reads raise `fault`."""

    fault: Exception = field(default_factory=lambda: RuntimeError("there is no table of that name"))

    def find(self, inspection_id: str, run: str) -> Inspection | None:
        raise self.fault


def an_unreadable_item() -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        from_item({"inspection_id": {"S": "a"}})
    return caught.value


@pytest.mark.parametrize("fault", [RuntimeError("there is no table of that name"), an_unreadable_item(), KeyError("x")])
def test_an_unexpected_error_is_record_and_not_sent_to_the_client(
    api: Api, fault: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    api.linewatch.inspections.table = BrokenInspections(fault=fault)
    monkeypatch.setattr(logging.getLogger("linewatch"), "propagate", True)
    answer = api.get("/inspections/some-id", api.key(Role.VIEWER))
    assert (answer.status_code, answer.json_body["code"]) == (500, "Failed")
    assert answer.json_body.keys() == {"code", "message"}
    assert str(fault) not in answer.body.decode()
    record = caplog.records[-1]
    assert record.exc_info is not None
    assert record.exc_info[1] is fault
    request_id = getattr(record, "fields", {})["request_id"]
    assert f"request id {request_id}" in answer.json_body["message"]
