"""Find and end the processes of one emulator, by a variable that only they have in their environment."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

_PROCESSES = Path("/proc")


def started_with(variable: str) -> list[int]:
    """The processes of this user that have this `NAME=value` in their environment.

    A process id alone says nothing: the system may have given it to another program since.
    """
    if not (_PROCESSES / "self" / "environ").exists():
        return _listed_with(variable)
    numbers = [int(entry.name) for entry in _PROCESSES.glob("[0-9]*")]
    return [number for number in numbers if variable.encode() in _environment(number)]


def _environment(process: int) -> list[bytes]:
    with suppress(OSError):  # it has ended, or is another user's
        return (_PROCESSES / str(process) / "environ").read_bytes().split(b"\0")
    return []


def _listed_with(variable: str) -> list[int]:
    """The same where there is no /proc, as on macOS."""
    run = subprocess.run(["/bin/ps", "-Eww", "-x", "-o", "pid=,command="], capture_output=True, text=True, check=True)
    lines = [line.split() for line in run.stdout.splitlines()]
    return [int(words[0]) for words in lines if variable in words]


def end(variable: str, seconds: float = 10) -> int:
    """Kill all processes with this variable and wait until they have ended. Returns how many there were.

    Raises TimeoutError when one stays.
    """
    until = time.monotonic() + seconds
    ended: set[int] = set()
    while left := started_with(variable):
        if time.monotonic() > until:
            raise TimeoutError(f"these processes do not end: {', '.join(map(str, left))}")
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        ended.update(left)
        time.sleep(0.02)
        _collect(ended)
    return len(ended)


def _collect(ended: set[int]) -> None:
    """Collect those that this process started."""
    for process in ended:
        with suppress(ChildProcessError):
            os.waitpid(process, os.WNOHANG)
