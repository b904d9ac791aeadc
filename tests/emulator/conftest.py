"""The deployed stack with a project that has a model."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from chalicelib.access.domain import Role
from linewatch.operate.versions import import_and_start
from linewatch.stack.local import LocalStack
from tests.conftest import SAID, MakeKey
from tests.emulator.images import a_model
from tests.emulator.plant import PROJECT, Plant

type Say = Callable[[str], None]


@pytest.fixture(scope="session")
def plant(stack: LocalStack, make_key: MakeKey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    """The project `plates` with a live model."""
    linewatch = stack.linewatch()
    import_and_start(linewatch.projects, PROJECT, a_model(tmp_path_factory.mktemp("samples")))
    with httpx.Client(timeout=30) as http:
        yield Plant(stack, linewatch, http, make_key(Role.CAMERA, PROJECT))


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Say:
    """Takes a line for the end of the run's output."""
    return lambda line: request.node.user_properties.append((SAID, line))
