"""The last client of Amazon Lookout for Vision works on the deployed app, unchanged but for `endpoint_url`."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from chalicelib.access.domain import Role, parse_token
from tests.conftest import MakeKey
from tests.emulator.plant import Plant
from tests.emulator.trained import a_part, stored_lines, stored_manifest
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
        printed: dict[str, Any] = json.loads(done.stdout or "{}")
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


def test_the_story_of_a_project_from_first_to_last(plant: Plant, run: Run, tmp_path: Path) -> None:
    parts = {name: tmp_path / name for name in ("normal", "anomaly")}
    for name, path in parts.items():
        path.write_bytes(a_part(2, anomalous=name == "anomaly", split="test"))
    manifest = stored_manifest(plant, "caps", stored_lines(plant, "caps"))
    said = run("old_client_story.py", plant.stack.bucket, manifest.key, *map(str, parts.values()))
    assert said["project"][0] == said["project"][1]
    assert "project caps exists" in said["exists"]
    assert said["stats"] == {"Total": 30, "Labeled": 30, "Normal": 20, "Anomaly": 10}
    assert (said["pages"], said["labels"]) == ([8, 8, 4], [[19, 11], [20, 10]])
    assert said["versions"][0] == said["versions"][1]
    assert (said["tags"], said["untagged"]) == ([{"Key": "hall 1", "Value": "Süd"}], [])
    assert said["projects"] == ["caps"]
    _check_refusals(said)
    _check_model(said)
    assert said["left"] == []
    assert not [key for key in keys(plant, "datasets/caps/") if key.endswith(".jsonl")]
    assert not keys(plant, "models/caps/")
    assert {f"evaluations/{name}" for name in evaluation_files(said["versions"][0])} <= keys(plant, "evaluations/")


def _check_refusals(said: dict[str, Any]) -> None:
    version = said["versions"][0]
    assert said["conflict"]["ResourceId"] == f"caps/{version}"
    assert said["conflict"]["ResourceType"] == "MODEL"
    assert "wait until it is TRAINED" in said["conflict"]["Message"]
    at_once, token, model, dataset, project = said["conflicts"]
    assert "a project trains one version at a time" in at_once
    assert "use a new one for each new call" in token
    assert "wait until it is TRAINED" in model
    assert f"version {version} is being trained" in dataset
    assert f"delete version {version} (DeleteModel), the train data set (DeleteDataset) first" in project
    assert "plates" in said["denied"]
    assert said["missing"] == "caps/99"
    assert "the signature is wrong" in said["stranger"]
    assert "JPEG" in said["refused"]
    assert "call StopModel" in said["in use"]
    assert "start it with StartModel" in said["asleep"]


def _check_model(said: dict[str, Any]) -> None:
    version = said["versions"][0]
    status, message, performance = said["trained"]
    assert (status, message) == ("TRAINED", "")
    assert all(0.5 < performance[name] <= 1 for name in ("F1Score", "Precision", "Recall"))
    assert said["evaluation"] == [f"evaluations/{name}" for name in evaluation_files(version)[:2]]
    assert (said["starts"], said["hosted"]) == (["STARTING_HOSTING"] * 2, "HOSTED")
    assert [each["IsAnomalous"] for each in said["detected"]] == [False, True]
    assert all(0 < each["Confidence"] <= 1 for each in said["detected"])
    assert said["same"]
    assert said["stopped"] == "STOPPING_HOSTING"
    assert said["listed"] == [[version, "TRAINED", "first"]]
    assert said["deleted"].endswith(f":model/caps/{version}")


def evaluation_files(version: str) -> list[str]:
    kinds = ("EvaluationManifest-caps-{}.json", "EvaluationResult-caps-{}.json", "TrainingReport-caps-{}.html")
    return [kind.format(version) for kind in kinds]


def keys(plant: Plant, prefix: str) -> set[str]:
    listed = plant.stack.client("s3").list_objects_v2(Bucket=plant.stack.bucket, Prefix=prefix)
    return {each["Key"] for each in listed.get("Contents", [])}


def test_the_old_command_line_creates_describes_lists_and_deletes(aws: Run) -> None:
    project, dataset = ("--project-name", "caps"), ("--project-name", "caps", "--dataset-type", "test")
    assert aws("create-project", *project)["ProjectMetadata"]["ProjectName"] == "caps"
    assert aws("create-dataset", *dataset)["DatasetMetadata"]["Status"] == "CREATE_COMPLETE"
    assert aws("describe-dataset", *dataset)["DatasetDescription"]["ImageStats"]["Total"] == 0
    assert [each["ProjectName"] for each in aws("list-projects")["Projects"]] == ["caps"]
    assert aws("delete-dataset", *dataset) == {}
    assert aws("delete-project", *project)["ProjectArn"].endswith(":project/caps")


@pytest.mark.parametrize("authorization", [None, "Bearer x", "AWS4-HMAC-SHA256 x"])
def test_a_stranger_gets_an_answer_of_the_contract(plant: Plant, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = httpx.get(f"{plant.stack.api_url}/2020-11-20/projects", headers=headers, timeout=30)
    assert (answer.status_code, answer.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")
