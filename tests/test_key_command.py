"""`key`, as an operator runs it against a deployment (moto)."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from linewatch.__main__ import main
from tests.recovery import Deployment, deployed


@pytest.fixture(autouse=True)
def deployment() -> Iterator[Deployment]:
    with deployed() as made:
        yield made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["key", *arguments, "--stage", "test"])


def test_a_note_is_shown_as_it_was_written() -> None:
    made = run("create", "--role", "viewer", "--project", "plates", "--note", "[/hall] 7")
    assert made.exit_code == 0, made.output
    listed = run("list")
    assert listed.exit_code == 0, listed.exception
    assert "[/hall]" in listed.stdout


def test_a_token_is_told_once_and_never_listed() -> None:
    token = run("create", "--role", "camera", "--project", "plates").stdout.strip()
    listed = run("list", "--json").stdout
    assert token.split("_")[1] in listed
    assert token.split("_")[2] not in listed
