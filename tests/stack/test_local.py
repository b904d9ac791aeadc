"""The local AWS: it listens on this machine only, keeps its state, and leaves no process behind."""

import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.access.domain import token_of
from linewatch.stack.emulator import Emulator
from linewatch.stack.local import LocalStack, NotRunning, find, folder_of, running, start, stop

pytestmark = pytest.mark.emulator


def quiet(_: str) -> None:
    """Print nothing."""


def request(stack: LocalStack, token: str) -> urllib.request.Request:
    """A request for inspections with this token."""
    return urllib.request.Request(f"{stack.api_url}/inspections", headers={"Authorization": token})


@pytest.fixture
def other_name(stack: LocalStack) -> Iterator[str]:
    """The name of a second stack."""
    name = f"{stack.name}-other"
    yield name
    stop(name)
    shutil.rmtree(folder_of(name), ignore_errors=True)


def test_the_deployed_api_requires_a_key(stack: LocalStack) -> None:
    with urllib.request.urlopen(f"{stack.api_url}/health", timeout=30) as answer:
        assert answer.status == 200
    for refused in (f"{stack.api_url}/inspections", request(stack, "allow")):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(refused, timeout=30)


def test_the_api_has_one_stage_with_limits(stack: LocalStack) -> None:
    gateway = stack.client("apigateway")
    (api,) = gateway.get_rest_apis()["items"]
    (stage,) = gateway.get_stages(restApiId=api["id"])["item"]
    assert (api["name"], stage["stageName"]) == (f"linewatch-{stack.stage}", "v1")
    assert stage["methodSettings"]["*/*"]["throttlingRateLimit"] == 100


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/net/tcp")
def test_the_emulator_listens_on_loopback_only(stack: LocalStack) -> None:
    port = f"{int(stack.endpoint_url.rsplit(':', 1)[1]):04X}"
    sockets = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if " 0A " in line]
    assert [address for address in sockets if address.endswith(f":{port}")] == [f"0100007F:{port}"]
    assert port not in Path("/proc/net/tcp6").read_text()


def test_two_stacks_of_one_stage_run_at_a_time_and_share_nothing(stack: LocalStack, other_name: str) -> None:
    with running(other_name, stack.stage, fresh=True) as other:
        assert other.endpoint_url != stack.endpoint_url
        other.client("s3").put_object(Bucket=other.bucket, Key="datasets/only-here", Body=b"1")
        assert stack.client("s3").list_objects_v2(Bucket=stack.bucket, Prefix="datasets/only-here")["KeyCount"] == 0


def test_state_survives_an_restart_at_the_same_address(stack: LocalStack, other_name: str) -> None:
    first = start(other_name, stack.stage, quiet)
    item = {"key_id": {"S": "kept"}}
    first.client("dynamodb").put_item(TableName=f"linewatch-{first.stage}-keys", Item=item)
    first.client("s3").put_object(Bucket=first.bucket, Key="datasets/kept", Body=b"kept")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request(first, token_of("unknown", "secret")), timeout=30)
    assert stop(other_name)
    assert "START RequestId" in (folder_of(other_name) / "functions.log").read_text()
    with running(other_name, stack.stage) as second:
        assert (second.endpoint_url, second.api_url) == (first.endpoint_url, first.api_url)
        table = f"linewatch-{second.stage}-keys"
        assert second.client("dynamodb").get_item(TableName=table, Key=item)["Item"] == item
        assert second.client("s3").get_object(Bucket=second.bucket, Key="datasets/kept")["Body"].read() == b"kept"


def test_a_stack_is_stopped_after_a_failure_too(stack: LocalStack, other_name: str) -> None:
    with pytest.raises(ZeroDivisionError), running(other_name, stack.stage, fresh=True) as other:
        raise ZeroDivisionError
    assert not Emulator(folder_of(other_name)).running()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(other.endpoint_url, timeout=5)
    with pytest.raises(NotRunning, match="no local stack"):
        find(other_name)


def test_deploying_again_onto_a_running_stack_changes_nothing(stack: LocalStack) -> None:
    lines: list[str] = []
    assert start(stack.name, stack.stage, lines.append) == stack
    assert lines[-1] == "the stack is up to date"


def test_the_bucket_cannot_be_read_without_a_signature(stack: LocalStack) -> None:
    stack.client("s3").put_object(Bucket=stack.bucket, Key="datasets/private", Body=b"1")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{stack.endpoint_url}/{stack.bucket}/datasets/private", timeout=30)


def test_a_function_may_do_only_what_its_role_allows(stack: LocalStack) -> None:
    role = stack.client("lambda").get_function_configuration(FunctionName=f"linewatch-{stack.stage}-authorize")["Role"]
    session = stack.client("sts").assume_role(RoleArn=role, RoleSessionName="as-the-authorizer")["Credentials"]
    authorizer = boto3.client(
        "dynamodb",
        endpoint_url=stack.endpoint_url,
        region_name=stack.region,
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )
    key = {"key_id": {"S": "of-nobody"}}
    assert "Item" not in authorizer.get_item(TableName=f"linewatch-{stack.stage}-keys", Key=key)
    with pytest.raises(ClientError, match="AccessDenied"):
        authorizer.put_item(TableName=f"linewatch-{stack.stage}-keys", Item=key)
