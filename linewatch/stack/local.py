"""Start, find and stop local stacks: Linewatch deployed on an emulator. Several can run at a time, each with a name."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from chalicelib.core.errors import LinewatchError
from linewatch.project import STATE
from linewatch.stack.cloudformation import Deployment, deploy
from linewatch.stack.emulator import Emulator
from linewatch.stack.installation import install_emulator
from linewatch.stack.libraries import local_platform
from linewatch.stack.package import package
from linewatch.stack.target import Target

STACKS = STATE / ".linewatch"
ACCOUNT = "000000000000"
REGION = "us-east-1"
NUMBERS = {"InspectionConcurrency": 2, "ResultsWindow": 2, "AlertWindow": 10}
"""Few workers, because a laptop has few cores; short windows, so that rows and digests appear after seconds."""

type Echo = Callable[[str], None]
"""Shows one line of progress."""


class NotRunning(LinewatchError):
    """No local stack of this name is running."""


@dataclass(frozen=True)
class LocalStack(Target):
    """A running stack on this machine; it always has addresses."""

    name: str = ""
    endpoint_url: str = ""
    api_url: str = ""


def folder_of(name: str) -> Path:
    """The folder of a stack's state and logs."""
    return STACKS / name


def start(name: str, stage: str, echo: Echo, numbers: Mapping[str, int] = NUMBERS) -> LocalStack:
    """Start the emulator with its saved state and deploy. If it is already running, only deploy the changes.

    Stops the emulator again when it was started here and the deployment fails.
    """
    deployment = Deployment(package(local_platform()), stage, numbers, echo)
    emulator = Emulator(folder_of(name))
    if emulator.running():
        return _deploy(name, find(name).endpoint_url, deployment)
    install_emulator(echo)
    echo("starting the local AWS")
    port = emulator.start()
    try:
        return _deploy(name, f"http://127.0.0.1:{port}", deployment)
    except BaseException:
        emulator.stop()
        raise


def _deploy(name: str, endpoint: str, deployment: Deployment) -> LocalStack:
    undeployed = LocalStack(deployment.stage, ACCOUNT, REGION, endpoint, name=name)
    outputs = deploy(deployment, undeployed, poll_seconds=0.2)
    api_url = f"{endpoint}/_aws/execute-api/{outputs['RestAPIId']}/v1"
    stack = replace(undeployed, api_url=api_url)
    _file(name).write_text(json.dumps(asdict(stack), indent=2) + "\n")
    return stack


def stop(name: str) -> bool:
    """Save the functions' log and stop. False when the stack is not running."""
    emulator = Emulator(folder_of(name))
    if not emulator.running():
        return False
    try:
        stack = _read(name)
        if stack:
            _save_log(stack)
    finally:
        _file(name).unlink(missing_ok=True)
        emulator.stop()
    return True


def find(name: str) -> LocalStack:
    """The running stack of this name. Raises `NotRunning`."""
    stack = _read(name)
    if stack is None or not Emulator(folder_of(name)).running():
        raise NotRunning(f"no local stack {name!r} is running: start it with `linewatch up`")
    return stack


@contextmanager
def running(
    name: str, stage: str = "local", echo: Echo = lambda _: None, *, fresh: bool = False
) -> Iterator[LocalStack]:
    """Run a stack for the duration of the block. `fresh` deletes the state of an earlier run first."""
    if fresh and not Emulator(folder_of(name)).running():
        shutil.rmtree(folder_of(name), ignore_errors=True)
    stack = start(name, stage, echo)
    try:
        yield stack
    finally:
        stop(name)


def _file(name: str) -> Path:
    return folder_of(name) / "stack.json"


def _read(name: str) -> LocalStack | None:
    return LocalStack(**json.loads(_file(name).read_text())) if _file(name).exists() else None


def _save_log(stack: LocalStack) -> None:
    """Write the functions' log to a file next to the emulator's log."""
    pages = stack.client("logs").get_paginator("filter_log_events").paginate(logGroupName=f"/linewatch/{stack.stage}")
    with (folder_of(stack.name) / "functions.log").open("w") as log:
        for page in pages:
            log.writelines(f"{event['message'].rstrip()}\n" for event in page["events"])
