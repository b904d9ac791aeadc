"""`finish` follows `resources` and `chalice deploy`, and says which of them is missing or too old."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from linewatch.stack.chalice.finish import finish
from linewatch.stack.chalice.records import DEPLOYED, RESOURCES, NotPrepared, Records
from linewatch.stack.chalice.set_function import NotMade
from linewatch.stack.package import CONFIG
from tests.stack.chalice.builders import FakeService, template

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:linewatch-plant"
KNOWN = {
    "AWS::URLSuffix": "amazonaws.com",
    "InspectRole.Arn": "arn:role",
    "Layer": "arn:layer:1",
    "Log": "/linewatch/plant",
    "Queue.Arn": "arn:queue",
}
MADE = [
    {"name": "inspect", "resource_type": "lambda_function", "lambda_arn": f"{ARN}-inspect"},
    {"name": "api_handler", "resource_type": "lambda_function", "lambda_arn": ARN},
    {"name": "rest_api", "resource_type": "rest_api", "rest_api_id": "api1", "rest_api_url": "https://api1/v1/"},
]


class FakeBucket:
    """The artifacts of the stage `plant`."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.changed = datetime.now(UTC)

    def put_object(self, **request: Any) -> None:
        assert request["Bucket"] == "linewatch-plant-artifacts-123456789012"
        assert request["ExpectedBucketOwner"] == "123456789012"
        self.objects[request["Key"]] = request["Body"]

    def get_object(self, **request: Any) -> Any:
        if request["Key"] not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": BytesIO(self.objects[request["Key"]]), "LastModified": self.changed}


@dataclass
class FakeAccount:
    account: str = "123456789012"
    region: str = "eu-west-1"
    emulated: bool = False
    services: dict[str, Any] = field(default_factory=lambda: {"s3": FakeBucket(), "events": FakeService("events")})

    def __post_init__(self) -> None:
        mappings = {"EventSourceMappings": [{"UUID": "u1", "State": "Enabled"}]}
        self.services |= {
            "lambda": FakeService("lambda", list_event_source_mappings=mappings),
            "apigateway": FakeService("apigateway"),
        }

    def client(self, service: str) -> Any:
        return self.services[service]


@pytest.fixture
def account() -> FakeAccount:
    """With a stage that `resources` has made."""
    account = FakeAccount()
    stored = {"template": template(), "known": KNOWN, "sources": {"LINEWATCH_QUEUES": "arn:"}, "tags": {}}
    account.client("s3").objects[RESOURCES] = json.dumps(stored).encode()
    return account


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Where Chalice has deployed the stage."""
    (tmp_path / CONFIG).parent.mkdir()
    (tmp_path / CONFIG).write_text("{}")
    deployed(tmp_path, MADE)
    return tmp_path


def deployed(project: Path, made: list[dict[str, str]]) -> None:
    file = Records("plant", FakeAccount(), project).deployed_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"resources": made}))


def run(account: FakeAccount, project: Path) -> dict[str, str]:
    return finish("plant", account, project, lambda _: None)


def test_values_come_from_the_stack_and_from_what_chalice_made(account: FakeAccount, project: Path) -> None:
    assert run(account, project) == {"RestAPIId": "api1", "EndpointURL": "https://api1/v1/"}
    inspect, api = account.client("lambda").arguments("update_function_configuration")
    assert inspect["Role"] == "arn:role"
    assert inspect["LoggingConfig"] == {"LogGroup": "/linewatch/plant"}
    assert inspect["Environment"]["Variables"]["URL"] == "https://api1.amazonaws.com"
    assert api["FunctionName"] == "linewatch-plant"
    [put] = account.client("apigateway").arguments("put_rest_api")
    assert json.loads(put["body"])["uri"] == ARN


def test_the_next_chalice_deploy_knows_the_apis_address(account: FakeAccount, project: Path) -> None:
    run(account, project)
    stage = json.loads((project / ".chalice" / "config.json").read_text())["stages"]["plant"]
    assert stage["environment_variables"] == {"LINEWATCH_QUEUES": "arn:"}
    variables = stage["lambda_functions"]["inspect"]["environment_variables"]
    assert variables["URL"] == "https://api1.amazonaws.com"


def test_chalices_memory_is_kept_for_other_machines(account: FakeAccount, project: Path, tmp_path: Path) -> None:
    run(account, project)
    other = Records("plant", account, tmp_path / "other")
    other.fetch_deployed()
    assert other.deployed().keys() == {"inspect", "api_handler", "rest_api"}


def test_a_deployment_that_is_not_finished_is_not_overwritten(account: FakeAccount, project: Path) -> None:
    bucket = account.client("s3")
    bucket.objects[DEPLOYED] = b'{"resources": []}'
    records = Records("plant", account, project)
    bucket.changed = datetime.now(UTC) - timedelta(hours=1)
    records.fetch_deployed()
    assert records.deployed()
    bucket.changed = datetime.now(UTC) + timedelta(hours=1)
    records.fetch_deployed()
    assert not records.deployed()
    assert records.deployed_file.stat().st_mtime == pytest.approx(bucket.changed.timestamp())


def test_a_step_that_is_missing_is_named(account: FakeAccount, project: Path, tmp_path: Path) -> None:
    with pytest.raises(NotPrepared, match="run `linewatch resources --stage plant` first"):
        run(FakeAccount(), project)
    with pytest.raises(NotPrepared, match="run `chalice deploy --stage plant` first"):
        run(account, tmp_path / "elsewhere")


@pytest.mark.parametrize("made", [MADE[1:], [*MADE, {"name": "new", "resource_type": "lambda_function"}]])
def test_other_functions_than_the_templates_are_an_error(
    account: FakeAccount, project: Path, made: list[dict[str, str]]
) -> None:
    deployed(project, made)
    with pytest.raises(NotMade, match=r"disagree about (inspect|new): run both again"):
        run(account, project)
    assert not account.client("lambda").calls
