"""People review inspections over the API."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.access.domain import Role
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.unreadable import Unreadable
from tests.http.conftest import Api
from tests.support.builders import an_inspection


def stored(api: Api, name: str = "a", **changes: object) -> Inspection:
    inspection = an_inspection(name, captured_at=datetime.now(UTC) - timedelta(minutes=5), **changes)
    api.inspections.commit(inspection)
    return inspection


def review_of(inspection: Inspection) -> str:
    return f"/inspections/{inspection.inspection_id}/review"


def test_a_verdict_is_corrected_and_both_answers_are_shown(api: Api) -> None:
    inspection, ann, bob = stored(api), api.key(Role.OPERATOR), api.key(Role.ADMIN)
    sent = {"verdict": "anomalous", "kind": "scratch", "comment": "at the edge", "revision": 1}
    answer = api.post(review_of(inspection), sent, ann)
    assert (answer.status_code, answer.json_body["revision"]) == (200, 2)
    assert api.post(review_of(inspection), {"verdict": "normal", "revision": 2}, bob).status_code == 200
    shown = api.get(review_of(inspection), api.key(Role.VIEWER)).json_body
    assert shown == shown | {"machine_verdict": "normal", "confidence": 0.75, "model_version": "1", "revision": 3}
    first, second = shown["answers"]
    assert first == first | sent | {"reviewed_by": ann.split("_")[1], "revision": 2, "machine_verdict": "normal"}
    assert (second["verdict"], second["kind"], second["reviewed_by"]) == ("normal", None, bob.split("_")[1])
    now = api.get(f"/inspections/{inspection.inspection_id}", bob).json_body
    assert (now["review_label"], now["reviewed_by"], now["revision"]) == ("normal", bob.split("_")[1], 3)


def test_an_answer_to_an_older_revision_is_a_conflict_that_says_the_present_one(api: Api) -> None:
    inspection, token = stored(api), api.key(Role.OPERATOR)
    api.post(review_of(inspection), {"verdict": "normal", "revision": 1}, token)
    answer = api.post(review_of(inspection), {"verdict": "anomalous", "revision": 1}, token)
    assert (answer.status_code, answer.json_body["code"], answer.json_body["revision"]) == (409, "StaleRevision", 2)


def test_a_rejected_or_deleted_image_is_a_conflict_that_says_why(api: Api) -> None:
    rejected = stored(api, "r", verdict=Verdict.REJECTED, reason="no image", confidence=None)
    deleted, token = stored(api), api.key(Role.OPERATOR)
    api.images.gone.add(deleted.key)
    for inspection, word in ((rejected, "no image"), (deleted, "deleted")):
        answer = api.post(review_of(inspection), {"verdict": "normal", "revision": 1}, token)
        assert (answer.status_code, answer.json_body["code"]) == (409, "CannotReview")
        assert word in answer.json_body["message"]


def test_an_unknown_or_foreign_inspection_is_not_found_and_another_line_is_forbidden(api: Api) -> None:
    inspection, sent = stored(api), {"verdict": "normal", "revision": 1}
    assert api.post("/inspections/unknown/review", sent, api.key(Role.OPERATOR)).status_code == 404
    assert api.post(review_of(inspection), sent, api.key(Role.OPERATOR, "rings")).status_code == 404
    assert api.post(review_of(inspection), sent, api.key(Role.OPERATOR, lines=("line-2",))).status_code == 403
    assert api.get(review_of(inspection), api.key(Role.VIEWER, "rings")).status_code == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"verdict": "good", "revision": 1}, "verdict"),
        ({"verdict": "normal"}, "revision"),
        ({"verdict": "anomalous", "revision": 1, "comment": "x" * 1001}, "comment"),
        ({"verdict": "anomalous", "revision": 1, "kind": "x" * 65}, "kind"),
        ({"verdict": "normal", "revision": 1, "kind": "scratch"}, ""),
    ],
)
def test_a_wrong_answer_is_refused_with_its_field(api: Api, sent: dict[str, object], field: str) -> None:
    answer = api.post(review_of(stored(api)), sent, api.key(Role.OPERATOR))
    assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, field)


def test_what_waits_is_listed_with_why_and_goes_to_the_reviews(api: Api) -> None:
    token = api.key(Role.OPERATOR)
    unsure, strange = stored(api, "u", confidence=0.2), stored(api, "s", verdict=Verdict.UNFAMILIAR, confidence=None)
    listed = api.get("/reviews/waiting?limit=1", token).json_body
    assert [each["because"] for each in listed["waiting"]] == ["unfamiliar"]
    more = api.get(f"/reviews/waiting?cursor={listed['next_cursor']}", token).json_body
    assert [each["inspection"]["inspection_id"] for each in more["waiting"]] == [unsure.inspection_id]
    assert "answers" not in more["waiting"][0]["inspection"]
    api.post(review_of(unsure), {"verdict": "normal", "revision": 1}, token)
    listed = api.get("/reviews/waiting", token).json_body["waiting"]
    assert [each["inspection"]["inspection_id"] for each in listed] == [strange.inspection_id]
    [review] = api.get("/reviews", api.key(Role.VIEWER)).json_body["reviews"]
    assert (review["key"], review["verdict"], review["confidence"]) == (unsure.key, "normal", 0.2)


def test_what_cannot_be_read_is_named(api: Api) -> None:
    api.inspections.broken["x"] = Unreadable("inspections table", "x", "broken")
    for path in ("/reviews", "/reviews/waiting"):
        unreadable = api.get(path, api.key(Role.VIEWER)).json_body["unreadable"]
        assert {"inspection_id": "x", "reason": "broken"} in unreadable


@pytest.mark.parametrize("text", ["x", "W10=", urlsafe_b64encode(b'["live","2026-03-14T12:00:00Z","a"]').decode()])
def test_a_cursor_that_is_none_of_the_api_is_refused(api: Api, text: str) -> None:
    answer = api.get(f"/reviews?cursor={text}", api.key(Role.VIEWER))
    assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, "cursor")


def test_a_list_of_another_project_is_forbidden(api: Api) -> None:
    assert api.get("/reviews?project=rings", api.key(Role.VIEWER)).status_code == 403
