"""Start, find and stop local stacks: Linewatch deployed on an emulator. Several can run at a time, each with a name."""

import fcntl
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.errors import LinewatchError
from linewatch.project import STATE
from linewatch.stack.cloudformation import Deployment, deploy
from linewatch.stack.emulator import Emulator, NotSaved
from linewatch.stack.installation import install_emulator
from linewatch.stack.libraries import local_platform
from linewatch.stack.package import package
from linewatch.stack.page_client import set_page_address
from linewatch.stack.repair import send_again
from linewatch.stack.saved_state import replace as write_whole
from linewatch.stack.target import Target

STACKS = STATE / ".linewatch"
ACCOUNT = "000000000000"
REGION = "us-east-1"
SETTINGS: Mapping[str, int] = {"InspectionConcurrency": 2, "ResultsWindow": 2, "AlertWindow": 10}
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


def start(
    name: str, stage: str, echo: Echo, settings: Mapping[str, int] = SETTINGS, *, fresh: bool = False
) -> LocalStack:
    """Start the emulator with its last state, deploy, and send again what was on its way when it ended.

    If it is already running, only deploy the changes. If the deployment fails, the emulator ends, and the state before
    the deployment stays. `fresh` deletes everything first. Raises `EmulatorFailed`, `StateUnusable`, `NotSaved`, or
    what `deploy` raises.
    """
    deployment = Deployment(package(local_platform()), stage, settings, echo)
    emulator = Emulator(folder_of(name))
    with _alone(name, echo):
        _delete(emulator, everything=fresh)
        if emulator.running() and (known := _read(name)):
            return _deploy(emulator, known.endpoint_url, deployment)
        emulator.kill()  # a start that did not end may have left it
        install_emulator(echo)
        echo("starting the local AWS")
        _file(name).unlink(missing_ok=True)
        ended, last_port = emulator.ended(), emulator.last_port()
        port = emulator.start()
        if last_port not in {None, port}:
            echo(f"another program uses port {last_port} now: the address has changed")
        try:
            return _deploy(emulator, f"http://127.0.0.1:{port}", deployment, ended)
        except BaseException:
            emulator.kill()
            raise


def _deploy(emulator: Emulator, endpoint: str, deployment: Deployment, ended: datetime | None = None) -> LocalStack:
    """Deploy and save. `ended` is the time since which messages may be lost, None when none are."""
    undeployed = LocalStack(deployment.stage, ACCOUNT, REGION, endpoint, name=emulator.folder.name)
    outputs = deploy(deployment, undeployed, poll_seconds=0.2)
    stack = replace(undeployed, api_url=f"{endpoint}/_aws/execute-api/{outputs['RestAPIId']}/v1")
    set_page_address(stack, stack.stage, f"{stack.api_url}/page")
    emulator.save(always=False)
    if ended:
        _repair(stack, ended, deployment.echo)
    write_whole(_file(stack.name), json.dumps(asdict(stack), indent=2) + "\n")
    return stack


def _repair(stack: LocalStack, ended: datetime, echo: Echo) -> None:
    """A failure here must not keep the stack from running: the comparison can run again at any time."""
    echo("looking for what was on its way when the local AWS ended")
    try:
        missing = send_again(stack, ended)
    except (BotoCoreError, ClientError, OSError) as error:
        echo(f"this failed: {error}. Try `linewatch audit --repair --local {stack.name}`")
    else:
        counts = Counter(each.gap.value for each in missing)
        echo(", ".join(f"no {gap}: {count}" for gap, count in counts.items()) + ", sent again" if counts else "nothing")


@contextmanager
def _alone(name: str, echo: Echo) -> Iterator[None]:
    """Let only one `up` or `down` work on a stack at a time; the system unlocks it when the process ends."""
    STACKS.mkdir(parents=True, exist_ok=True)
    file = STACKS / f"{name}.lock"
    while True:
        with file.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                echo(f"waiting for another `up` or `down` of {name!r}")
                fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_open_as(file, lock.fileno()):  # else the other one has deleted it
                try:
                    yield
                finally:
                    file.unlink()
                return


def _is_open_as(file: Path, descriptor: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(file.stat(), os.fstat(descriptor))
    return False


def _delete(emulator: Emulator, *, everything: bool) -> None:
    """Rename the folder first, so that a kill never leaves half of it under its name."""
    deleted = STACKS / f".{emulator.folder.name}.deleted"
    shutil.rmtree(deleted, ignore_errors=True)
    if everything and emulator.folder.exists():
        emulator.kill()
        emulator.folder.rename(deleted)
        shutil.rmtree(deleted)


def stop(name: str, echo: Echo = lambda _: None) -> bool:
    """Save the state and the functions' log, and stop. False when the stack is not running.

    It also stops when its state cannot be saved, and then raises `NotSaved`.
    """
    emulator = Emulator(folder_of(name))
    with _alone(name, echo):
        if not emulator.running():
            emulator.kill()
            return False
        stack = _read(name)
        _file(name).unlink(missing_ok=True)
        try:
            emulator.save(always=True)
            if stack:
                _save_log(stack)
        except (OSError, NotSaved) as error:
            raise NotSaved(
                f"stopped, but not all was saved: {error}. Images, models, keys and verdicts are kept; the next `up` "
                "finds what was on its way"
            ) from error
        finally:
            emulator.kill()
    return True


def find(name: str) -> LocalStack:
    """The running stack of this name. Raises `NotRunning`."""
    stack = _read(name)
    if stack is None or not Emulator(folder_of(name)).running():
        raise NotRunning(f"no local stack {name!r} is running: start it with `linewatch up`")
    return stack


def has_state(name: str) -> bool:
    """Whether there is such a stack, running or not."""
    return _file(name).exists() or Emulator(folder_of(name)).states.last() is not None


@contextmanager
def running(
    name: str, stage: str = "local", echo: Echo = lambda _: None, *, fresh: bool = False
) -> Iterator[LocalStack]:
    """Run a stack for the duration of the block. `fresh` deletes the state of an earlier run first."""
    stack = start(name, stage, echo, fresh=fresh)
    try:
        yield stack
    finally:
        stop(name)


def _file(name: str) -> Path:
    return folder_of(name) / "stack.json"


def _read(name: str) -> LocalStack | None:
    """None without the file, or with one of another version of Linewatch."""
    with suppress(FileNotFoundError, ValueError, TypeError):
        return LocalStack(**json.loads(_file(name).read_text()))
    return None


def _save_log(stack: LocalStack) -> None:
    """Write the functions' log to a file next to the emulator's log."""
    pages = stack.client("logs").get_paginator("filter_log_events").paginate(logGroupName=f"/linewatch/{stack.stage}")
    with (folder_of(stack.name) / "functions.log").open("w") as log:
        for page in pages:
            log.writelines(f"{_time_of(event)} {event['message'].rstrip()}\n" for event in page["events"])


def _time_of(event: Mapping[str, Any]) -> str:
    return datetime.fromtimestamp(event["timestamp"] / 1000, UTC).isoformat(timespec="milliseconds")
