"""Versions of a project on the deployed stack: compared, promoted and rolled back while images come."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.access.domain import Role
from chalicelib.core.inspection import Verdict
from chalicelib.projects.domain import ModelStatus
from chalicelib.projects.versions import ModelFile
from linewatch.operate import versions
from linewatch.operate.operator import operator_grant
from tests.conftest import MakeKey
from tests.emulator.conftest import Say
from tests.emulator.images import a_photograph
from tests.emulator.plant import PROJECT, Plant, until

pytestmark = pytest.mark.emulator

NAME = "tubes"
LINE = "line-promotion"
API = f"/projects/{NAME}"
MANY = 45
"""Images: three parts of a comparison."""


@pytest.fixture(scope="module")
def tubes(plant: Plant, make_key: MakeKey) -> Plant:
    """A project whose version 1 is hosted; versions 2 and 3 are trained, and the file of 3 is damaged afterwards."""
    s3, projects = plant.stack.client("s3"), plant.linewatch.projects
    content = s3.get_object(Bucket=plant.stack.bucket, Key=f"models/{PROJECT}/1.safetensors")["Body"].read()
    versions.import_and_start(projects, NAME, content)
    for _ in range(2):
        projects.import_model(NAME, ModelFile(content=content), operator_grant(NAME))
    damaged = content[:-100] + bytes(100)
    s3.put_object(Bucket=plant.stack.bucket, Key=f"models/{NAME}/3.safetensors", Body=damaged)
    return replace(plant, token=make_key(Role.CAMERA, NAME))


@pytest.fixture(scope="module")
def key(make_key: MakeKey) -> str:
    """The key of a person who operates the line."""
    return make_key(Role.OPERATOR, NAME)


def status(plant: Plant, version: int) -> ModelStatus:
    found = plant.linewatch.projects.describe_model(NAME, str(version), operator_grant(NAME))
    return ModelStatus(found.status)


def asked(plant: Plant, key: str, path: str, **body: object) -> dict[str, Any]:
    answer = plant.ask("POST", f"{API}/{path}", token=key, json=body)
    assert answer.status_code == 202, answer.text
    result: dict[str, Any] = answer.json()
    return result


def test_two_versions_are_compared_and_one_takes_the_others_place_and_leaves_it_under_load(
    tubes: Plant, key: str, say: Say
) -> None:
    sent = tubes.send([a_photograph() for _ in range(MANY)], LINE)
    assert {tubes.verdict(each.inspection_id).verdict for each in sent} == {Verdict.NORMAL}
    comparison = asked(tubes, key, "models/2/comparison")["comparison_id"]

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = tubes.ask("GET", f"{API}/comparisons/{comparison}", token=key).json()
        return found if found["state"] == "ended" else None

    outcome = until(ended, "the comparison")["outcome"]
    assert (outcome["figures"]["images"], outcome["gone"], outcome["flips"]) == (MANY, 0, [])
    asked(tubes, key, "models/2/promote")
    sent = tubes.send([a_photograph() for _ in range(20)], LINE)
    until(lambda: status(tubes, 1) is ModelStatus.TRAINED or None, "the promotion")
    assert status(tubes, 2) is ModelStatus.HOSTED
    sent += tubes.send([a_photograph() for _ in range(20)], LINE)
    asked(tubes, key, "rollback")
    sent += tubes.send([a_photograph() for _ in range(20)], LINE)
    until(lambda: status(tubes, 2) is ModelStatus.TRAINED or None, "the roll back")
    found = [tubes.verdict(each.inspection_id) for each in sent]
    assert {(each.verdict, each.revision) for each in found} == {(Verdict.NORMAL, 1)}
    judged = {version: sum(each.model_version == version for each in found) for version in ("1", "2")}
    assert sum(judged.values()) == len(found)
    say(f"{MANY} images compared; during promotion and roll back version 1 judged {judged['1']}, 2 {judged['2']}")


def test_a_damaged_version_is_not_hosted_and_the_hosted_one_goes_on(tubes: Plant, key: str) -> None:
    asked(tubes, key, "models/3/promote", unseen=True)
    until(lambda: status(tubes, 3) is ModelStatus.HOSTING_FAILED or None, "the refusal")
    failed = tubes.linewatch.projects.describe_model(NAME, "3", operator_grant(NAME))
    assert "version 3 failed its test" in failed.status_message
    assert status(tubes, 1) is ModelStatus.HOSTED
    [sent] = tubes.send([a_photograph()], LINE)
    assert tubes.verdict(sent.inspection_id).model_version == "1"
