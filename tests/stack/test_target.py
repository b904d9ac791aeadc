"""The deployment that a command works on, and the keys that it creates there."""

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from chalicelib.access.domain import Grant, Role, parse_token
from linewatch.commands.key import key
from linewatch.stack import local as stack
from linewatch.stack.choose import WrongTarget, chosen
from linewatch.stack.target import Target
from tests.support.deployment import ENVIRONMENT, a_linewatch, create_secrets_key, create_tables

STACK = {
    "name": "",
    "stage": "local",
    "endpoint_url": "http://127.0.0.1:4566",
    "api_url": "http://127.0.0.1:4566/api/v1",
    "account": "000000000000",
    "region": "us-east-1",
}


@pytest.fixture(autouse=True)
def _stacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only the test's stacks exist."""
    monkeypatch.setattr(stack, "STACKS", tmp_path)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in ENVIRONMENT.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    with mock_aws():
        create_tables(boto3.client("dynamodb"))
        create_secrets_key(boto3.client("kms"))
        yield


@pytest.fixture
def running(tmp_path: Path) -> Iterator[list[str]]:
    """The names of two running stacks: each has its file and holds its lock, as a running emulator does."""
    names = ["first", "second"]
    locks = []
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "stack.json").write_text(json.dumps(STACK | {"name": name}))
        locks.append((tmp_path / name / "lock").open("w"))
        fcntl.flock(locks[-1], fcntl.LOCK_EX)
    yield names
    for lock in locks:
        lock.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(key, [*arguments, "--stage", "test"])


def test_a_local_stack_is_found_by_its_name(running: list[str]) -> None:
    target = chosen(None, running[1])
    assert target == stack.LocalStack(**STACK | {"name": running[1]})


def test_the_only_local_stack_needs_no_name(running: list[str], tmp_path: Path) -> None:
    (tmp_path / "second" / "stack.json").unlink()
    assert chosen(None, None).endpoint_url == STACK["endpoint_url"]


def test_among_several_local_stacks_the_command_names_the_one_it_uses(
    running: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "second" / "lock").unlink()
    assert chosen(None, None).name == "first"  # type: ignore[attr-defined]
    assert capsys.readouterr().err == "using the local stack first, which is running; not running: second\n"
    assert chosen(None, "first")
    assert capsys.readouterr().err == ""


def test_a_stopped_stack_is_not_offered(running: list[str], tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "stack.json").write_text(json.dumps(STACK | {"name": "demo"}))
    with pytest.raises(WrongTarget, match="choose with --local: first, second;"):
        chosen(None, None)


def test_one_of_several_local_stacks_must_be_named(running: list[str]) -> None:
    with pytest.raises(WrongTarget, match="choose with --local: first, second"):
        chosen(None, None)


def test_without_any_stack_the_error_says_how_to_start_one() -> None:
    with pytest.raises(WrongTarget, match="no local stack is running: start one with `linewatch up`"):
        chosen(None, None)


def test_a_stack_that_is_not_running_is_an_error(running: list[str]) -> None:
    with pytest.raises(stack.NotRunning, match="no local stack 'third' is running"):
        chosen(None, "third")


def test_a_target_is_either_on_aws_or_local() -> None:
    with pytest.raises(WrongTarget, match="choose one"):
        chosen("production", "first")


@pytest.mark.usefixtures("aws")
def test_a_stage_on_aws_is_in_the_account_of_the_credentials() -> None:
    assert chosen("production", None) == Target("production", "123456789012", "eu-west-1")


@pytest.mark.usefixtures("aws")
def test_a_stage_on_aws_needs_a_region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(WrongTarget, match="no region"):
        chosen("production", None)


def test_a_local_target_cannot_reach_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PROFILE": "production", "SESSION_TOKEN": "token", "ACCESS_KEY_ID": "real"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    target = Target("local", "000000000000", "us-east-1", "http://127.0.0.1:4566")
    for client in (target.client("dynamodb"), target.linewatch().platform.clients.dynamodb):
        assert client.meta.endpoint_url == "http://127.0.0.1:4566"
    credentials: Any = target.session.get_credentials()
    assert (credentials.access_key, credentials.token) == ("000000000000", None)
    assert target.linewatch().platform.settings.name("keys") == "linewatch-local-keys"


@pytest.mark.usefixtures("aws")
def test_a_created_key_gives_access_to_its_scope() -> None:
    created = run("create", "--role", "camera", "--project", "plates", "--line", "line-1", "--camera", "cam-*")
    assert created.exit_code == 0, created.output
    token = created.stdout.strip()
    grant = a_linewatch().access.authorize(token)
    assert grant == Grant(token.split("_")[1], Role.CAMERA, "plates", ("line-1",), ("cam-*",))
    assert "not shown again" in created.stderr


@pytest.mark.usefixtures("aws")
def test_a_command_leaves_the_environment_as_it_is() -> None:
    before = dict(os.environ)
    assert run("list").exit_code == 0
    assert os.environ == before


@pytest.mark.usefixtures("aws")
def test_the_list_has_every_key_and_no_secret() -> None:
    token = run("create", "--role", "viewer", "--project", "plates", "--note", "Ada's screen").stdout.strip()
    listed = run("list", "--json").stdout
    [listed_key] = json.loads(listed)
    assert {name: listed_key[name] for name in ("role", "project", "note", "revoked_at")} == {
        "role": "viewer",
        "project": "plates",
        "note": "Ada's screen",
        "revoked_at": None,
    }
    assert token.split("_")[2] not in listed
    assert token.split("_")[1] in run("list").stdout


@pytest.mark.usefixtures("aws")
def test_a_note_is_shown_as_it_was_written() -> None:
    run("create", "--role", "viewer", "--project", "plates", "--note", "[/hall] 7")
    listed = run("list")
    assert listed.exit_code == 0, listed.exception
    assert "[/hall]" in listed.stdout


@pytest.mark.usefixtures("aws")
def test_an_unknown_stage_is_an_error_that_names_it() -> None:
    listed = CliRunner().invoke(key, ["list", "--stage", "typo"])
    assert listed.exit_code == 1
    assert listed.stderr.startswith("Error: stage typo of account 123456789012 in eu-west-1: ")
    assert "ResourceNotFoundException" in listed.stderr


@pytest.mark.usefixtures("aws")
def test_a_revoked_key_gives_no_access() -> None:
    created = json.loads(run("create", "--role", "admin", "--project", "plates", "--json").stdout)
    signing = created["aws_access_key_id"], created["aws_secret_access_key"]
    assert signing == parse_token(created["token"])
    assert a_linewatch().access.authorize(created["token"]) is not None
    assert run("revoke", created["key_id"]).exit_code == 0
    assert a_linewatch().access.authorize(created["token"]) is None


@pytest.mark.usefixtures("aws")
def test_a_key_that_cannot_be_created_or_revoked_is_an_error() -> None:
    refused = run("create", "--role", "camera", "--project", "a b")
    assert refused.exit_code != 0
    assert "the project 'a b' is not an id" in refused.stderr
    unknown = run("revoke", "nope")
    assert unknown.exit_code != 0
    assert "there is no key nope" in unknown.stderr


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("region", "endpoint", "address"),
    [
        ("eu-central-1", None, "https://artifacts.s3.eu-central-1.amazonaws.com/key"),
        ("cn-north-1", None, "https://artifacts.s3.cn-north-1.amazonaws.com.cn/key"),
        ("us-east-1", "http://127.0.0.1:4566", "http://127.0.0.1:4566/artifacts/key"),
    ],
)
def test_an_address_in_s3_is_that_of_the_region(region: str, endpoint: str | None, address: str) -> None:
    """CloudFormation reads the template there. Newer regions do not answer at the global address."""
    s3 = Target("plant", "123456789012", region, endpoint).client("s3")
    signed = s3.generate_presigned_url("get_object", Params={"Bucket": "artifacts", "Key": "key"})
    assert signed.split("?")[0] == address
