"""Which keys the deployed API accepts."""

import pytest

from chalicelib.access.domain import Role, token_of
from chalicelib.core.clock import utc_now
from tests.conftest import MakeKey
from tests.emulator.images import a_photograph
from tests.emulator.plant import PROJECT, Plant, image_fields

pytestmark = pytest.mark.emulator

ROUTES = [("POST", "/uploads"), ("POST", "/uploads/batch"), ("GET", "/inspections"), ("GET", "/inspections/any")]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_request_without_a_key_is_unauthorized(plant: Plant, method: str, path: str) -> None:
    assert plant.http.request(method, plant.stack.api_url + path).status_code == 401


@pytest.mark.parametrize(
    ("token", "status"),
    [("wrong", 401), ("lw_0123456789ab_" + "0" * 72, 403), (token_of("0123456789ab", "0" * 64), 403)],
)
def test_a_wrong_key_is_refused(plant: Plant, token: str, status: int) -> None:
    for method, path in ROUTES:
        assert plant.ask(method, path, token=token).status_code == status


def test_a_revoked_key_is_refused(plant: Plant, make_key: MakeKey) -> None:
    token = make_key(Role.CAMERA, PROJECT)
    plant.linewatch.access.keys.revoke(token.split("_")[1], utc_now())
    assert plant.ask("GET", "/inspections", token=token, params={"line": "line-1"}).status_code == 403


def test_a_cameras_key_allows_only_its_line_and_camera(plant: Plant, make_key: MakeKey) -> None:
    token = make_key(Role.CAMERA, PROJECT, lines=["line-a"], cameras=["cam-?"])
    answers = {
        (line, camera): plant.ask("POST", "/uploads", token=token, json=image_fields(a_photograph(), line, camera))
        for line, camera in [("line-a", "cam-1"), ("line-b", "cam-1"), ("line-a", "other")]
    }
    assert [answer.status_code for answer in answers.values()] == [201, 403, 403]
    assert "line-a" in answers["line-b", "cam-1"].json()["message"]


def test_a_camera_reads_no_inspection_of_another(plant: Plant, make_key: MakeKey) -> None:
    [image] = plant.send([a_photograph()], "line-mine")
    plant.verdict(image.inspection_id)
    path = f"/inspections/{image.inspection_id}"
    for project, line, expected in [(PROJECT, "line-mine", 200), (PROJECT, "line-b", 403), ("other", "*", 404)]:
        token = make_key(Role.CAMERA, project, lines=[line])
        assert plant.ask("GET", path, token=token).status_code == expected, (project, line)


def test_a_viewer_reads_and_sends_nothing(plant: Plant, make_key: MakeKey) -> None:
    token = make_key(Role.VIEWER, PROJECT)
    assert plant.ask("GET", "/inspections", token=token, params={"line": "line-1"}).status_code == 200
    assert plant.ask("POST", "/uploads", token=token, json=image_fields(a_photograph(), "line-1")).status_code == 403
