"""The app deployed on a local AWS, for the tests marked `emulator`: started once, stopped at the end."""

import gc
import json
import logging
import os
import shutil
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

import app
from chalicelib.access.domain import Role
from chalicelib.aws import observability
from linewatch.stack.libraries import local_platform
from linewatch.stack.local import LocalStack, folder_of, running
from linewatch.stack.package import Package, package
from tests.support.described import middleware
from tests.support.quick_aws import hasten
from tests.support.resources import Resources
from tests.support.translated import translate

type MakeKey = Callable[..., str]

SAID = "said"
"""The property of a test with a line for people."""

_NAME = f"test-{os.getpid()}"
_SECOND_HALF = "tests/emulator/test_p"
_FIRST = "tests/stack/test_package.py"
_OWN_STACKS = ("tests/emulator/test_readme.py", "tests/infra/test_wheel.py", "tests/pipeline/test_demo.py")

hasten()
gc.set_threshold(20_000, 20, 100)  # far more garbage before it is looked for: a worker holds very many objects
hypothesis.settings.register_profile("any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.settings.load_profile("any speed")


@pytest.fixture(autouse=True)
def answers_as_described() -> Iterator[None]:
    """Whatever a route answers in a test is as the OpenAPI document says."""
    found: list[str] = []
    compare = (middleware(found), "http")
    app.app.middleware_handlers.append(compare)
    yield
    app.app.middleware_handlers.remove(compare)
    assert found == []


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[LocalStack]:
    """A local AWS of this run's own, with the app deployed; its logs stay when a test failed."""
    with running(_NAME, stage="test", fresh=True) as started:
        yield started
    if not request.session.testsfailed:
        shutil.rmtree(folder_of(_NAME))


@pytest.fixture(scope="session")
def packaged() -> Package:
    """The app, packaged once for the workers of this machine: on Linux the very files that AWS gets."""
    return package(local_platform())


@pytest.fixture(scope="session")
def template(packaged: Package) -> dict[str, Any]:
    """The whole template."""
    return packaged.template


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> Resources:
    """Its resources."""
    return Resources(template)


@pytest.fixture(scope="session")
def translated(template: dict[str, Any]) -> Resources:
    """The resources that CloudFormation makes of it: AWS's own translator says what SAM adds."""
    return Resources(translate(template))


@pytest.fixture(scope="session")
def make_key(stack: LocalStack) -> MakeKey:
    """Makes a key on the stack and answers its token: `make_key(Role.CAMERA, "project", lines=["line-1"])`."""
    return key_maker(stack)


def key_maker(stack: LocalStack) -> MakeKey:
    """Makes keys on a stack, as `make_key` does."""
    issue_key = stack.linewatch().access.issue_key

    def make(role: Role, project: str, *, lines: Sequence[str] = ("*",), cameras: Sequence[str] = ("*",)) -> str:
        _, token = issue_key(role, project, lines=lines, cameras=cameras)
        return token

    return make


class Halves(LoadScopeScheduling):
    """Two workers share the tests on the local AWS, one half of the alphabet each, with a stack of its own.

    So each test follows the same ones as in a single process. A file that starts its own goes to whoever is free.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file in _OWN_STACKS:
            return file
        return "second half" if file >= _SECOND_HALF else "first half"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Halves | None:
    """How `make test` shares the tests on the local AWS between workers: `--dist loadscope`."""
    return Halves(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, so the search for garbage leaves it out from here on."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test comes first, which also packages the app for all: else a worker may wait for it at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(_FIRST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say where the cause of a failure can be found."""
    report = yield
    if report.failed and folder_of(_NAME).exists():
        report.sections.append(("local AWS", f"its log and that of the functions are in {folder_of(_NAME)}"))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what tests say: how many images were sent, lost or there twice."""
    for report in terminalreporter.getreports("passed"):
        for name, line in report.user_properties:
            if name == SAID and report.when == "call":
                terminalreporter.write_line(line)


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What is logged while the test runs, each line read back."""
    observability.configure()
    logger = logging.getLogger("linewatch")
    read: list[dict[str, Any]] = []

    class Reader(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            formatter = logger.handlers[0].formatter
            assert formatter is not None
            read.append(json.loads(formatter.format(record)))

    reader = Reader()
    logger.addHandler(reader)
    yield read
    logger.removeHandler(reader)
