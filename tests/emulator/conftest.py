"""The deployed stack with a project that has a model; this process is wired to it for as long as these tests run."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from chalicelib import outside
from chalicelib.domain.access import Role
from linewatch.local.stack import LocalStack
from linewatch.target import Target
from tests.conftest import MakeKey
from tests.deployment import forget_wiring
from tests.emulator.images import a_model
from tests.emulator.plant import PROJECT, Plant

type Say = Callable[[str], None]


@pytest.fixture(scope="package")
def target(stack: LocalStack) -> Iterator[Target]:
    """The stack as commands see it, and this process wired to it."""
    found = Target.of(stack)
    with pytest.MonkeyPatch.context() as environment:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
            environment.delenv(name, raising=False)
        for name, value in found.environment.items():
            environment.setenv(name, value)
        forget_wiring()
        yield found
    forget_wiring()


@pytest.fixture(scope="package")
def plant(
    stack: LocalStack, target: Target, make_key: MakeKey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Plant]:
    """The project `plates` with a live model."""
    outside.models().publish(PROJECT, a_model(tmp_path_factory.mktemp("samples")))
    with httpx.Client(timeout=30) as http:
        yield Plant(stack, http, make_key(Role.CAMERA, PROJECT))


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Print a line also when pytest keeps what tests print."""

    def tell(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}")

    return tell
