"""The workers of a local AWS as processes of this machine."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Event, Thread
from types import TracebackType
from typing import Self

SESSION = 3
"""The index of the session in /proc/<pid>/stat, after the command in parentheses."""


def workers_of(emulator: int) -> list[int]:
    """The other processes of the emulator's session, which are only its own workers."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _is_worker(int(entry.name), emulator)]


def _is_worker(pid: int, emulator: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        behind = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return pid != emulator and int(behind[SESSION]) == emulator
    return False


def kill_workers_of(function: str, emulator: int) -> None:
    """Kill what runs this function, by its whole name, as the system does when memory runs out."""
    named = f"AWS_LAMBDA_FUNCTION_NAME={function}".encode()
    running = [
        each for each in workers_of(emulator) if named in Path(f"/proc/{each}/environ").read_bytes().split(b"\0")
    ]
    assert running, f"nothing runs {function}"
    for each in running:
        os.kill(each, signal.SIGKILL)


class Killer:
    """Kills random workers, one after the other, during the block."""

    def __init__(self, emulator: Callable[[], int], every_seconds: float, seed: int) -> None:
        self._emulator, self._every, self._random = emulator, every_seconds, Random(seed)
        self._ended, self.killed = Event(), 0
        self._thread = Thread(target=self._kill, name="killer")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    def _kill(self) -> None:
        while not self._ended.wait(self._random.uniform(0, 2 * self._every)):
            if workers := workers_of(self._emulator()):
                with suppress(ProcessLookupError):
                    os.kill(self._random.choice(workers), signal.SIGKILL)
                    self.killed += 1
