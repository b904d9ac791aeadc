"""`linewatch key`, as an operator runs it against a stage (moto)."""

import os
from getpass import getuser

import pytest

from tests.operate.stage import a_stage
from tests.pipeline.account import client


def test_the_list_says_who_made_a_key() -> None:
    with a_stage() as stage:
        made = stage.json("key", "create", "--role", "camera", "--project", "plates")
        assert (made["made_by"], stage.json("key", "list")) == (f"operator:{getuser()}", [_known(made)])


def test_who_has_a_number_and_no_name_as_in_a_container_can_make_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_123_456)
    with a_stage() as stage:
        made = stage.json("key", "create", "--role", "camera", "--project", "plates")
        assert made["made_by"] == "operator:4123456"
        client("apigateway").create_rest_api(name="linewatch-test")
        assert "/page#" in stage.run("page", "--project", "plates").stdout


def _known(made: dict[str, object]) -> dict[str, object]:
    return {name: made[name] for name in made if name not in {"token", "aws_access_key_id", "aws_secret_access_key"}}
