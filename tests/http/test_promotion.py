"""The routes of comparisons, promotions and roll backs, as a program of a plant uses them."""

import pytest

from chalicelib.access.domain import Role
from chalicelib.projects.domain import ModelStatus
from chalicelib.projects.hosting import Start
from chalicelib.projects.versions import ModelFile
from linewatch.operate.operator import operator_grant
from tests.http.conftest import Api
from tests.promotion.world import DENT, GOOD
from tests.support.builders import an_inspection
from tests.support.fake_hosting import FakeModelCheck, FakeModelEvents, FakeProjectQueues, follow_at_once
from tests.support.fake_inspections import FakeImages
from tests.support.fake_projects import FakeLiveVersions, FakeModelFiles, FakeRegistry
from tests.support.fake_promotion import ByContent, FakeComparisons, FakeReplayQueue, FakeVersions

PROJECT = "/projects/plates"
COMPARISON = f"{PROJECT}/models/2/comparison"
ROUTES = [
    ("GET", COMPARISON),
    ("POST", COMPARISON),
    ("POST", f"{PROJECT}/models/2/promote"),
    ("POST", f"{PROJECT}/rollback"),
]


@pytest.fixture
def plant(api: Api) -> Api:
    """Version 1 is hosted, version 2 is trained, and one image was inspected."""
    linewatch = api.linewatch
    linewatch.projects.registry, linewatch.projects.files = FakeRegistry(), FakeModelFiles()
    linewatch.models.live_versions = FakeLiveVersions()
    linewatch.models.check_file = len
    linewatch.models.registry = FakeVersions({"1": ByContent(words=(DENT,)), "2": ByContent(words=(DENT, GOOD))})
    linewatch.hosting.queues, linewatch.hosting.bus = FakeProjectQueues(), FakeModelEvents()
    linewatch.promotion.comparisons, linewatch.promotion.queue = FakeComparisons(), FakeReplayQueue()
    linewatch.inspections.images = FakeImages()
    follow_at_once(linewatch)
    projects, grant = linewatch.projects, operator_grant("plates")
    projects.create_project("plates", grant)
    for _ in range(2):
        projects.import_model("plates", ModelFile(content=b"model"), grant)
    projects.start_model("plates", Start(version="1", min_inference_units=1), grant)
    api.inspections.commit(an_inspection(captured_at=linewatch.platform.clock()))
    return api


def work(api: Api) -> None:
    """What the function does with the messages that wait."""
    queue = api.linewatch.promotion.queue
    assert isinstance(queue, FakeReplayQueue)
    while queue.waiting:
        api.linewatch.promotion.replay(queue.waiting.pop(0))  # type: ignore[arg-type]


def test_a_comparison_is_estimated_begun_followed_and_read(plant: Api) -> None:
    token = plant.key(Role.OPERATOR)
    assert plant.get(f"{COMPARISON}?days=3", token).json_body["images"] == 1
    begun = plant.post(COMPARISON, {"days": 3}, token)
    assert (begun.status_code, begun.json_body["candidate"], begun.json_body["hosted"]) == (202, 2, 1)
    path = f"{PROJECT}/comparisons/{begun.json_body['comparison_id']}"
    assert plant.get(path, token).json_body["state"] == "waiting"
    work(plant)
    shown = plant.get(path, plant.key(Role.VIEWER)).json_body
    assert (shown["state"], shown["outcome"]["gone"], shown["outcome"]["flips"]) == ("ended", 1, [])
    [listed] = plant.get(f"{PROJECT}/comparisons", token).json_body["comparisons"]
    assert "flips" not in listed["outcome"]


def test_a_version_is_promoted_after_a_comparison_and_rolled_back(plant: Api) -> None:
    token = plant.key(Role.OPERATOR)
    refused = plant.post(f"{PROJECT}/models/2/promote", {}, token)
    assert (refused.status_code, refused.json_body["code"]) == (409, "Conflict")
    plant.post(COMPARISON, {}, token)
    work(plant)
    promoted = plant.post(f"{PROJECT}/models/2/promote", {}, token)
    assert (promoted.status_code, promoted.json_body["replaces"]) == (202, 1)
    assert statuses(plant) == [ModelStatus.TRAINED, ModelStatus.HOSTED]
    assert plant.post(f"{PROJECT}/rollback", {}, token).json_body["version"] == 1
    assert statuses(plant) == [ModelStatus.HOSTED, ModelStatus.TRAINED]
    assert plant.post(f"{PROJECT}/rollback", {}, token).status_code == 409


def statuses(api: Api) -> list[ModelStatus]:
    return [each.status for each in api.linewatch.projects.registry.find("plates").models.values()]


def test_an_admin_lets_the_policy_promote_and_all_can_read_it(plant: Api) -> None:
    path, admin = f"{PROJECT}/promotion-policy", plant.key(Role.ADMIN)
    assert plant.get(path, plant.key(Role.VIEWER)).json_body["promotes"] == "person"
    assert plant.send("PUT", path, {"promotes": "policy"}, plant.key(Role.OPERATOR)).status_code == 403
    assert (
        plant.send("PUT", path, {"promotes": "policy", "images": 0}, admin).json_body["errors"][0]["field"] == "images"
    )
    assert plant.send("PUT", path, {"promotes": "chance"}, admin).status_code == 400
    assert plant.send("PUT", path, {"promotes": "policy"}, admin).json_body["bad_parts"] == 20
    assert plant.send("PUT", path, {"promotes": "person"}, admin).json_body["images"] is None


def test_a_version_that_fails_its_test_is_not_hosted(plant: Api) -> None:
    check = plant.linewatch.hosting.check
    assert isinstance(check, FakeModelCheck)
    check.failures["plates", 2] = "damaged"
    answer = plant.post(f"{PROJECT}/models/2/promote", {"unseen": True}, plant.key(Role.OPERATOR))
    assert answer.status_code == 202
    assert statuses(plant) == [ModelStatus.HOSTED, ModelStatus.HOSTING_FAILED]


def test_bad_requests_say_what_to_send(plant: Api) -> None:
    token = plant.key(Role.OPERATOR)
    assert plant.post(COMPARISON, {"days": 99}, token).json_body["errors"][0]["field"] == "days"
    assert plant.post(COMPARISON, {"day": 9}, token).status_code == 400
    assert plant.post(f"{PROJECT}/models/9/comparison", {}, token).status_code == 404
    assert plant.get(f"{PROJECT}/comparisons/none", token).status_code == 404


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    ("role", "project"), [(Role.CAMERA, "plates"), (Role.VIEWER, "plates"), (Role.OPERATOR, "rings")]
)
def test_who_may_not_do_it_is_refused(plant: Api, method: str, path: str, role: Role, project: str) -> None:
    token = plant.key(role, project)
    answer = plant.get(path, token) if method == "GET" else plant.post(path, {}, token)
    assert answer.status_code == 403
    assert statuses(plant) == [ModelStatus.HOSTED, ModelStatus.TRAINED]
