"""The last client of Amazon Lookout for Vision works on the deployed app, unchanged but for `endpoint_url`."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from chalicelib.access.domain import Grant, Role, parse_token
from chalicelib.projects import training
from chalicelib.projects.versions import ModelFile
from tests.conftest import MakeKey
from tests.emulator.images import a_defect, a_model
from tests.emulator.plant import Plant
from tests.lookout.test_story import lines
from tests.support.old_client import old_client_environment

pytestmark = pytest.mark.emulator

HERE = Path(__file__).parent
type Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def python(make_key: MakeKey) -> Run:
    """Runs the Python of the old client with the key of an admin of the project `caps`; reads what it prints."""
    key_id, secret = parse_token(make_key(Role.ADMIN, "caps")) or ("", "")
    keys = {"AWS_ACCESS_KEY_ID": key_id, "AWS_SECRET_ACCESS_KEY": secret, "AWS_DEFAULT_REGION": "us-east-1"}
    local = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "AWS_CONFIG_FILE": os.devnull}

    def run(*arguments: str) -> dict[str, Any]:
        command = [str(old_client_environment() / "bin" / "python"), *arguments]
        done = subprocess.run(command, env=os.environ | keys | local, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        printed: dict[str, Any] = json.loads(done.stdout)
        return printed

    return run


@pytest.fixture(scope="module")
def run(plant: Plant, python: Run) -> Run:
    """Runs a script with the API's address and other arguments."""
    return lambda script, *arguments: python(str(HERE / script), plant.stack.api_url, *arguments)


@pytest.fixture(scope="module")
def aws(plant: Plant, python: Run) -> Run:
    """Runs `aws lookoutvision` with the API's address."""
    address = ("--endpoint-url", plant.stack.api_url, "--output", "json")
    return lambda *arguments: python("-m", "awscli", "lookoutvision", *arguments, *address)


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("parts") / "part.jpg"
    path.write_bytes(a_defect().content)
    return str(path)


def test_the_getting_started_story(plant: Plant, run: Run, part: str) -> None:
    manifest = "datasets/caps/manifests/train.manifest"
    plant.stack.client("s3").put_object(Bucket=plant.stack.bucket, Key=manifest, Body=lines().encode())
    said = run("old_client_story.py", plant.stack.bucket, manifest, part)
    assert said["stats"] == {"Total": 30, "Labeled": 30, "Normal": 20, "Anomaly": 10}
    assert (said["normal"], said["found"]) == (20, 1)
    assert said["versions"] == ["1", "1"]
    assert said["conflict"][:2] == ["caps/1", "MODEL"]
    assert "wait until it is TRAINED" in said["conflict"][2]
    assert (said["tags"], said["untagged"]) == ([{"Key": "hall 1", "Value": "Süd"}], [])
    assert said["projects"] == ["caps"]
    assert "plates" in said["denied"]
    assert said["missing"] == "caps/99"
    assert "the signature is wrong" in said["stranger"]


def test_a_model_is_hosted_detects_and_stops(
    plant: Plant, run: Run, part: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    admin = Grant("test", Role.ADMIN, "caps")
    registry = plant.linewatch.projects
    ports: dict[str, Any] = {"registry": registry.registry, "clock": registry.platform.clock}
    for waiting in (each for each in registry.registry.find("caps").models.values() if each.status == "TRAINING"):
        training.begin_training("caps", waiting.version, "test", **ports)
        training.fail_training("caps", waiting.version, "test", "for the test", **ports)
    content = a_model(tmp_path_factory.mktemp("samples"))
    version = str(registry.import_model("caps", ModelFile(content=content), admin).version)
    said = run("old_client_detects.py", version, part)
    assert said["statuses"] == ["STARTING_HOSTING", "HOSTED", "STOPPING_HOSTING"]
    assert said["answer"]["IsAnomalous"] is True
    assert 0 < said["answer"]["Confidence"] <= 1
    assert said["same"]
    assert "JPEG" in said["refused"]
    assert said["deleted"].endswith(f":model/caps/{version}")


def test_the_old_command_line_creates_describes_and_lists(aws: Run) -> None:
    dataset = ("--project-name", "caps", "--dataset-type", "test")
    assert aws("create-dataset", *dataset)["DatasetMetadata"]["Status"] == "CREATE_COMPLETE"
    assert aws("describe-dataset", *dataset)["DatasetDescription"]["ImageStats"]["Total"] == 0
    assert [each["ProjectName"] for each in aws("list-projects")["Projects"]] == ["caps"]


@pytest.mark.parametrize("authorization", [None, "Bearer x", "AWS4-HMAC-SHA256 x"])
def test_a_stranger_gets_an_answer_of_the_contract(plant: Plant, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = httpx.get(f"{plant.stack.api_url}/2020-11-20/projects", headers=headers, timeout=30)
    assert (answer.status_code, answer.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")
