"""People find the lines of a project, count their images, and open images and reports."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.access.domain import Role
from chalicelib.core.inspection import Verdict
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections import lines
from chalicelib.projects.domain import Evaluation, Location, ModelStatus, ModelVersion, Project
from chalicelib.projects.record import ProjectRecord
from tests.http.conftest import Api
from tests.http.test_inspections import stored
from tests.support.builders import NOON

COUNTS = "/projects/plates/lines/line-1/counts"
BUCKET = "linewatch-test-123456789012"


def test_the_lines_of_a_project_are_those_with_inspections_that_the_key_covers(api: Api) -> None:
    for number, line in enumerate(("line-2", "line-1", "pack-1", "line-1")):
        stored(api, number, line=line)
    stored(api, 9, line="line-9", project="bolts")
    assert api.get("/projects/plates/lines", api.key(Role.VIEWER)).json_body == {
        "lines": ["line-1", "line-2", "pack-1"]
    }
    some = api.get("/projects/plates/lines", api.key(Role.VIEWER, lines=("line-*",)))
    assert some.json_body == {"lines": ["line-1", "line-2"]}


@pytest.mark.parametrize("path", ["/projects/bolts/lines", "/projects/bolts/lines/line-1/counts"])
def test_another_project_is_forbidden(api: Api, path: str) -> None:
    assert api.get(path, api.key(Role.ADMIN)).status_code == 403


def test_the_images_of_a_line_are_counted_by_verdict(api: Api) -> None:
    for number, verdict in enumerate((Verdict.NORMAL, Verdict.NORMAL, Verdict.ANOMALOUS, Verdict.UNFAMILIAR)):
        stored(api, number, verdict=verdict)
    stored(api, 60 * 48, verdict=Verdict.ANOMALOUS)
    counts = {"normal": 2, "anomalous": 1, "unfamiliar": 1, "rejected": 0, "failed": 0}
    assert api.get(COUNTS, api.key(Role.VIEWER)).json_body == {"counts": counts, "complete": True}


@pytest.mark.parametrize("line", ["l" * 65, "l" * 3000, "..", "a%2Fb"])
def test_what_is_no_line_is_refused_with_no_look_at_the_table(api: Api, line: str) -> None:
    answer = api.get(f"/projects/plates/lines/{line}/counts", api.key(Role.VIEWER))
    assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, "line")


def test_only_the_cameras_of_the_search_and_the_key_are_counted(api: Api) -> None:
    for number, camera in enumerate(("cam-1", "cam-1", "cam-2")):
        stored(api, number, camera=camera)
    assert api.get(f"{COUNTS}?camera=cam-2", api.key(Role.VIEWER)).json_body["counts"]["normal"] == 1
    assert api.get(COUNTS, api.key(Role.VIEWER, cameras=("cam-1",))).json_body["counts"]["normal"] == 2


def test_what_cannot_be_read_is_counted_as_such(api: Api) -> None:
    api.inspections.broken["x"] = Unreadable("inspections table", "x", "broken")
    assert api.get(COUNTS, api.key(Role.VIEWER)).json_body["counts"]["unreadable"] == 1


def test_a_count_that_ends_early_says_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "COUNTED_AT_MOST", 2)
    for number in range(3):
        stored(api, number)
    answer = api.get(COUNTS, api.key(Role.VIEWER)).json_body
    assert (answer["counts"]["normal"], answer["complete"]) == (2, False)


def test_a_time_is_counted_as_it_is_listed(api: Api) -> None:
    since = (datetime.now(UTC) - timedelta(minutes=5)).isoformat().replace("+", "%2B")
    for number in (1, 10):
        stored(api, number)
    assert api.get(f"{COUNTS}?from={since}", api.key(Role.VIEWER)).json_body["counts"]["normal"] == 1
    assert api.get(f"{COUNTS}?from=yesterday", api.key(Role.VIEWER)).status_code == 400


def test_an_image_is_opened_by_a_link_that_ends(api: Api) -> None:
    inspection = stored(api, 1, bucket=BUCKET)
    answer = api.get(f"/inspections/{inspection.inspection_id}/image", api.key(Role.VIEWER)).json_body
    address = urlsplit(answer["url"])
    assert (address.netloc, address.path) == (f"{BUCKET}.s3.eu-west-1.amazonaws.com", f"/{inspection.key}")
    assert parse_qs(address.query)["X-Amz-Expires"] == ["900"]
    left = datetime.fromisoformat(answer["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


def test_a_link_needs_the_right_to_read_the_inspection(api: Api) -> None:
    path = f"/inspections/{stored(api, 1, camera='cam-2').inspection_id}/image"
    assert api.get(path, api.key(cameras=("cam-1",))).status_code == 403
    assert api.get(path, api.key(Role.ADMIN, project="bolts")).status_code == 404


def test_a_list_has_links_to_the_images_only_if_asked(api: Api) -> None:
    inspection = stored(api, 1)
    token = api.key(Role.VIEWER)
    [plain] = api.get("/inspections?line=line-1", token).json_body["inspections"]
    [linked] = api.get("/inspections?line=line-1&image_urls=true", token).json_body["inspections"]
    assert inspection.key in linked.pop("image_url")
    assert linked == plain


def trained(api: Api) -> None:
    evaluation = Evaluation(precision=1.0, recall=1.0, f1=1.0, ended_at=NOON)
    output = Location(bucket=BUCKET, key="out/")
    common = {"project": "plates", "status": ModelStatus.TRAINED, "created_at": NOON, "changed_at": NOON}
    models = {
        1: ModelVersion(version=1, output=output, evaluation=evaluation, **common),  # type: ignore[arg-type]
        2: ModelVersion(version=2, **common),  # type: ignore[arg-type]
    }
    record = ProjectRecord(name="plates", project=Project(name="plates", created_at=NOON), models=models)
    api.linewatch.projects.registry.commit(ProjectRecord(name="plates"), record, None, at=NOON)


def test_the_training_report_is_opened_by_a_link(api: Api) -> None:
    trained(api)
    url = api.get("/projects/plates/models/1/report", api.key(Role.VIEWER)).json_body["url"]
    assert urlsplit(url).path == "/out/TrainingReport-plates-1.html"


@pytest.mark.parametrize("version", ["2", "3", "latest", "%2e%2e"])
def test_a_version_without_a_report_says_so(api: Api, version: str) -> None:
    trained(api)
    answer = api.get(f"/projects/plates/models/{version}/report", api.key(Role.VIEWER))
    assert (answer.status_code, answer.json_body["code"]) == (404, "NotFound")
    assert "training report" in answer.json_body["message"]


def test_the_report_of_another_project_is_forbidden(api: Api) -> None:
    token = api.key(Role.ADMIN, project="bolts")
    assert api.get("/projects/plates/models/1/report", token).status_code == 403
