"""Linewatch on the local AWS: started and deployed, found again, stopped; several side by side, each under a name."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

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
"""A laptop has few cores, and nobody at it waits minutes for a row or a digest."""

type Tell = Callable[[str], None]


@dataclass(frozen=True)
class LocalStack(Target):
    """A running stack on this machine. Its addresses are always known."""

    name: str = ""
    endpoint_url: str = ""
    api_url: str = ""


def folder_of(name: str) -> Path:
    """Where a stack keeps its state and its logs."""
    return STACKS / name


def start(name: str, stage: str, tell: Tell, numbers: Mapping[str, int] = NUMBERS) -> LocalStack:
    """Start the emulator with the state that it left, and deploy; one that runs already gets what has changed.

    What was started here is stopped again when the deployment fails.
    """
    deployment = Deployment(package(local_platform()), stage, numbers, tell)
    emulator = Emulator(folder_of(name))
    if emulator.running():
        return _deployed(name, find(name).endpoint_url, deployment)
    install_emulator(tell)
    tell("starting the local AWS")
    port = emulator.start()
    try:
        return _deployed(name, f"http://127.0.0.1:{port}", deployment)
    except BaseException:
        emulator.stop()
        raise


def _deployed(name: str, endpoint: str, deployment: Deployment) -> LocalStack:
    undeployed = LocalStack(deployment.stage, ACCOUNT, REGION, endpoint, name=name)
    outputs = deploy(deployment, undeployed, poll_seconds=0.2)
    api_url = f"{endpoint}/_aws/execute-api/{outputs['RestAPIId']}/v1"
    stack = replace(undeployed, api_url=api_url)
    _file(name).write_text(json.dumps(asdict(stack), indent=2) + "\n")
    return stack


def stop(name: str) -> bool:
    """Keep the functions' log and stop in order; False when it does not run."""
    emulator = Emulator(folder_of(name))
    if not emulator.running():
        return False
    try:
        stack = _read(name)
        if stack:
            _keep_log(stack)
    finally:
        _file(name).unlink(missing_ok=True)
        emulator.stop()
    return True


def find(name: str) -> LocalStack:
    """The running stack of this name."""
    stack = _read(name)
    if stack is None or not Emulator(folder_of(name)).running():
        raise click.ClickException(f"no local stack {name!r} is running: start it with `make up`")
    return stack


@contextmanager
def running(
    name: str, stage: str = "local", tell: Tell = lambda _: None, *, fresh: bool = False
) -> Iterator[LocalStack]:
    """A stack for as long as the block lasts, stopped also when the block fails; `fresh` forgets an earlier state."""
    if fresh and not Emulator(folder_of(name)).running():
        shutil.rmtree(folder_of(name), ignore_errors=True)
    stack = start(name, stage, tell)
    try:
        yield stack
    finally:
        stop(name)


def _file(name: str) -> Path:
    return folder_of(name) / "stack.json"


def _read(name: str) -> LocalStack | None:
    return LocalStack(**json.loads(_file(name).read_text())) if _file(name).exists() else None


def _keep_log(stack: LocalStack) -> None:
    """Write what the functions logged beside the emulator's own log."""
    pages = stack.client("logs").get_paginator("filter_log_events").paginate(logGroupName=f"/linewatch/{stack.stage}")
    with (folder_of(stack.name) / "functions.log").open("w") as log:
        for page in pages:
            log.writelines(f"{event['message'].rstrip()}\n" for event in page["events"])
