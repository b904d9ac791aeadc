"""What people look at, what it says, and how they agree, over the API."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.access.domain import Role
from chalicelib.core.clock import utc_now
from chalicelib.core.inspection import Inspection
from chalicelib.projects.domain import Project
from chalicelib.projects.in_use import InUse
from chalicelib.projects.record import ProjectRecord
from tests.http.conftest import Api
from tests.support.builders import an_inspection

PLAN = "/projects/plates/reviews/plan"
ESCAPES = "/projects/plates/reviews/escapes"
AGREEMENT = "/projects/plates/reviews/agreement"


def the_day_before() -> datetime:
    return utc_now().replace(hour=12) - timedelta(days=2)


def stored(api: Api, name: str, **changes: Any) -> Inspection:
    at = {"captured_at": the_day_before(), "inspected_at": the_day_before()}
    inspection = an_inspection(name, **at | changes)
    api.inspections.commit(inspection)
    return inspection


def answer(api: Api, part: Inspection, verdict: str, token: str, revision: int = 1) -> Any:
    path = f"/inspections/{part.inspection_id}/review"
    return api.post(path, {"verdict": verdict, "revision": revision}, token).json_body


def test_an_administrator_sets_the_plan_and_what_is_left_out_stays(api: Api) -> None:
    eva = api.key(Role.ADMIN)
    assert api.get(PLAN, api.key(Role.VIEWER)).json_body["parts"] == 10
    api.send("PUT", PLAN, {"parts": 5}, eva)
    changed = api.send("PUT", PLAN, {"two_people": True}, eva).json_body
    assert (changed["on"], changed["parts"], changed["two_people"]) == (True, 5, True)
    assert changed["set_by"] == eva.split("_")[1]
    assert api.send("PUT", PLAN, {"parts": 5}, api.key(Role.OPERATOR)).status_code == 403
    assert api.send("PUT", PLAN.replace("plates", "rings"), {"parts": 5}, eva).status_code == 403


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"parts": 0}, "parts"),
        ({"parts": 51}, "parts"),
        ({"parts": "5"}, "parts"),
        ({"on": "yes"}, "on"),
        ({"k": 1}, "k"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_field(api: Api, sent: dict[str, object], field: str) -> None:
    refused = api.send("PUT", PLAN, sent, api.key(Role.ADMIN))
    assert (refused.status_code, refused.json_body["errors"][0]["field"]) == (400, field)


@pytest.mark.parametrize("path", [PLAN, ESCAPES, AGREEMENT])
def test_a_wrong_time_or_another_project_is_refused(api: Api, path: str) -> None:
    token = api.key(Role.VIEWER)
    assert api.get(f"{path}?from=yesterday", token).status_code == 400
    assert api.get(f"{path}?from=2020-01-01T00:00:00Z", token).status_code == 400
    assert api.get(path, api.key(Role.VIEWER, "rings")).status_code == 403


def test_the_sample_is_asked_for_looked_at_and_says_how_many_escapes_there_are(api: Api) -> None:
    ann = api.key(Role.OPERATOR)
    parts = [stored(api, f"p{number}", model_version="7") for number in range(4)]
    refused = stored(api, "looked-bad", model_version="7", captured_at=utc_now(), inspected_at=utc_now())
    waiting = api.get("/reviews/waiting", ann).json_body["waiting"]
    assert {(each["because"], each["inspection"]["image_id"]) for each in waiting} == {
        ("sample", each.image_id) for each in parts
    }
    answer(api, parts[0], "normal", ann)
    answer(api, parts[1], "anomalous", ann)
    answer(api, refused, "anomalous", ann)
    [day] = [each for each in api.get(PLAN, ann).json_body["shifts"] if each["asked"]]
    assert (day["asked"], day["looked_at"], day["escapes"]) == (4, 2, 1)
    says = api.get(ESCAPES, ann).json_body
    assert (says["reviewed"], says["escapes"], says["versions"][0]["model_version"]) == (2, 1, "7")
    assert says["at_most"] == pytest.approx(0.9747, abs=1e-4)
    assert says["says"] == "at most 9,747 in 10,000 (95 %): 1 of 2 reviewed"
    assert len(api.get("/reviews/waiting", ann).json_body["waiting"]) == 2


def test_the_version_in_use_has_an_estimate_of_its_own_since_it_took_the_place_of_another_one(api: Api) -> None:
    """Version 7 was promoted, rolled back, and promoted again: its first parts count for it, but not since then."""
    ann, noon, registry = api.key(Role.OPERATOR), the_day_before(), api.linewatch.projects.registry
    assert api.get(ESCAPES, ann).json_body["in_use"] is None
    in_use = InUse(version=7, since=noon)
    project = Project(name="plates", created_at=noon, in_use=in_use)
    registry.commit(registry.find("plates"), ProjectRecord(name="plates", project=project), None, at=noon)
    says = {"model_version": "7", "since": noon.isoformat(), "reviewed": 0, "escapes": 0}
    assert says.items() <= api.get(ESCAPES, ann).json_body["in_use"].items()
    first, again, other = (
        stored(api, f"v{version}-{hours}", model_version=version, inspected_at=noon + timedelta(hours=hours))
        for version, hours in (("7", -3), ("7", 1), ("6", 2))
    )
    for part, verdict in ((first, "anomalous"), (again, "normal"), (other, "anomalous")):
        answer(api, part, verdict, ann)
    found = api.get(ESCAPES, ann).json_body
    assert (found["in_use"]["reviewed"], found["in_use"]["escapes"]) == (1, 0)
    assert [(each["model_version"], each["escapes"]) for each in found["versions"]] == [("7", 1), ("6", 1)]
    later = (noon - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert api.get(f"{ESCAPES}?from={later}", ann).json_body["in_use"]["since"] == noon.isoformat()
    sooner = (noon + timedelta(minutes=1)).isoformat()
    limited = api.get(f"{ESCAPES}?from={sooner.replace('+00:00', 'Z')}", ann).json_body["in_use"]
    assert (limited["since"], limited["reviewed"]) == (sooner, 0)


def test_two_people_agree_without_seeing_each_other(api: Api) -> None:
    ann, bob, viewer = api.key(Role.OPERATOR), api.key(Role.OPERATOR), api.key(Role.VIEWER)
    api.send("PUT", PLAN, {"two_people": True}, api.key(Role.ADMIN))
    part = stored(api, "p")
    assert answer(api, part, "anomalous", ann)["waits"] == "second"
    for who in (bob, viewer):
        shown = api.get(f"/inspections/{part.inspection_id}/review", who).json_body
        assert [each["verdict"] for each in shown["answers"]] == [None]
        assert api.get(f"/inspections/{part.inspection_id}", who).json_body["review_label"] is None
    assert api.get("/reviews", viewer).json_body["reviews"] == []
    assert [each["because"] for each in api.get("/reviews/waiting", bob).json_body["waiting"]] == ["second"]
    assert api.get("/reviews/waiting", ann).json_body["waiting"] == []
    assert answer(api, part, "anomalous", bob, 2)["counts"] == "anomalous"
    [pair] = api.get(AGREEMENT, viewer).json_body["pairs"]
    assert pair == {"people": sorted(each.split("_")[1] for each in (ann, bob)), "both": 1, "same": 1, "kappa": None}


def test_a_region_is_stored_with_the_answer(api: Api) -> None:
    part, token = stored(api, "p"), api.key(Role.OPERATOR)
    path, body = f"/inspections/{part.inspection_id}/review", {"verdict": "anomalous", "revision": 1}
    for wrong in ([0.5, 0.2, 0.1, 0.4], [0, 0, 1.1, 1], [0, 0, 1], "all"):
        assert api.post(path, body | {"region": wrong}, token).status_code == 400
    assert api.post(path, body | {"verdict": "normal", "region": [0, 0, 1, 1]}, token).status_code == 400
    api.post(path, body | {"region": [0, 0.25, 0.5, 1]}, token)
    [review] = api.get("/reviews", token).json_body["reviews"]
    assert review["region"] == [0, 0.25, 0.5, 1]
