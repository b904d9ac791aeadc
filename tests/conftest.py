"""The app deployed on a local AWS, for the tests marked `emulator`: started once, stopped at the end."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from secrets import token_hex

import pytest

from chalicelib.adapters.dynamodb_keys import DynamoDBAccessKeys
from chalicelib.domain.access import Role
from chalicelib.stages.authorizing import issue_key
from linewatch.local.stack import LocalStack, folder_of, running

type MakeKey = Callable[..., str]

_NAME = f"test-{os.getpid()}"


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[LocalStack]:
    """A local AWS of this run's own, with the app deployed; its logs stay when a test failed."""
    with running(_NAME, stage="test", fresh=True) as started:
        yield started
    if not request.session.testsfailed:
        shutil.rmtree(folder_of(_NAME))


@pytest.fixture(scope="session")
def make_key(stack: LocalStack) -> MakeKey:
    """Makes a key on the stack and answers its token: `make_key(Role.CAMERA, "project", lines=["line-1"])`."""
    keys = DynamoDBAccessKeys(stack.client("dynamodb"), f"linewatch-{stack.stage}-keys")

    def make(role: Role, project: str, *, lines: Sequence[str] = ("*",), cameras: Sequence[str] = ("*",)) -> str:
        _, token = issue_key(
            role,
            project,
            lines=lines,
            cameras=cameras,
            keys=keys,
            clock=lambda: datetime.now(UTC),
            random_hex=token_hex,
        )
        return token

    return make


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where the cause of a failure can be found."""
    if folder_of(_NAME).exists():
        terminalreporter.write_line(f"what the local AWS and the functions logged is in {folder_of(_NAME)}")
