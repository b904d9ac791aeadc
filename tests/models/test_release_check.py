"""A new version of inspect_images is asked to test every live model before it gets images."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.models.release_check import ReleaseCheck

VERSION = "arn:aws:lambda:eu-west-1:123456789012:function:linewatch-plant-inspect_images:7"
HOOK = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}


@dataclass
class NewVersion:
    """Lambda, whose new version refuses these projects' models, or is away."""

    refused: set[str] = field(default_factory=set)
    away: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803
        if self.away:
            raise ConnectionError("no answer")
        project = json.loads(Payload)["selfTest"]
        self.asked.append((FunctionName, project))
        if project in self.refused:
            return {"FunctionError": "Unhandled", "Payload": BytesIO(b'{"errorMessage": "differs"}')}
        return {"Payload": BytesIO(b"null")}


@dataclass
class CodeDeploy:
    """What it was answered."""

    answers: list[dict[str, str]] = field(default_factory=list)

    def put_lifecycle_event_hook_execution_status(self, **answer: str) -> None:
        self.answers.append(answer)


@pytest.fixture
def projects() -> Iterator[Any]:
    """Two projects with a live model, and one without."""
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="eu-west-1")
        dynamodb.create_table(
            TableName="projects",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "project", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "project", "KeyType": "HASH"}],
        )
        for project in ("plates", "screws"):
            item = {"project": {"S": project}, "live_version": {"S": "1"}}
            dynamodb.put_item(TableName="projects", Item=item)
        dynamodb.put_item(TableName="projects", Item={"project": {"S": "empty"}})
        yield dynamodb


def outcome(projects: Any, version: NewVersion) -> tuple[list[str], str]:
    codedeploy = CodeDeploy()
    functions: Any = version
    failures = ReleaseCheck(projects, functions, codedeploy, table="projects", version=VERSION).run(HOOK)
    [answer] = codedeploy.answers
    assert (answer["deploymentId"], answer["lifecycleEventHookExecutionId"]) == ("d-1", "e-1")
    return failures, answer["status"]


def test_the_new_version_is_asked_for_every_live_model(projects: Any) -> None:
    version = NewVersion()
    assert outcome(projects, version) == ([], "Succeeded")
    assert sorted(version.asked) == [(VERSION, "plates"), (VERSION, "screws")]


def test_a_model_that_the_new_version_refuses_stops_the_release(projects: Any) -> None:
    version = NewVersion(refused={"screws"})
    assert outcome(projects, version) == (['screws: {"errorMessage": "differs"}'], "Failed")
    assert len(version.asked) == 2


def test_codedeploy_is_answered_when_the_check_itself_fails(projects: Any) -> None:
    codedeploy, functions = CodeDeploy(), NewVersion(away=True)
    check = ReleaseCheck(projects, functions, codedeploy, table="projects", version=VERSION)  # type: ignore[arg-type]
    with pytest.raises(ConnectionError):
        check.run(HOOK)
    assert [answer["status"] for answer in codedeploy.answers] == ["Failed"]
