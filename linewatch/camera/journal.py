"""What was sent, kept in a file as it happens: a person can read it, and the next run resumes from it."""

import logging
import os
import sys
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from threading import Lock

from linewatch.camera.files import Stamp
from linewatch.camera.status import ImageStatus

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_log = logging.getLogger(__name__)

type Echo = Callable[[str], object]
"""Tells a person one sentence."""


class JournalError(Exception):
    """The journal cannot be used; the message says why and what to do."""


def state_folder() -> Path:
    """Where journals are kept: `linewatch` in XDG_STATE_HOME, or in ~/.local/state (XDG Base Directory 0.8)."""
    named = Path(os.environ.get("XDG_STATE_HOME", "").strip())
    return (named if named.is_absolute() else Path.home() / ".local" / "state") / "linewatch"


class Journal:
    """The last status of each image; one line of JSON is appended for each change. May be used by many threads.

    Only one process at a time may use a journal: it holds a lock until it is closed. While the disk is full, lines
    wait in memory; each later one tries again to write them all.
    """

    def __init__(
        self, path: Path, echo: Echo = _log.warning, opener: Callable[[Path], FileIO] = lambda path: FileIO(path, "a+")
    ) -> None:
        """Read what an earlier run left. A damaged line loses its image only, and is reported; a cut end is removed.

        `JournalError` when another process uses it, or when it cannot be opened.
        """
        self._path, self._echo = path, echo
        self._lock = Lock()
        self._pending = b""
        self._file = _opened(path, opener)
        self.statuses = {status.file: status for status in self._read()}

    def append(self, status: ImageStatus) -> bool:
        """Keep it, on the disk where that is possible, before anything else happens. False when it says nothing new."""
        with self._lock:
            if status.repeats(self.statuses.get(status.file)):
                return False
            self.statuses[status.file] = status
            waiting = bool(self._pending)
            self._pending += status.to_json().encode() + b"\n"
            self._write(waiting)
        return True

    def is_sent(self, file: str, stamp: Stamp) -> bool:
        """Whether this very content of the file was sent."""
        status = self.statuses.get(file)
        return status is not None and status.sent and status.stamp == stamp

    def close(self) -> None:
        """Write what waits, and let another process use the journal."""
        with self._lock:
            if self._pending:
                self._write(waiting=True)
            if self._pending:
                lines = self._pending.count(b"\n")
                self._echo(f"{lines} lines of the journal {self._path} are lost: the next run asks for them again")
            self._file.close()

    def _write(self, waiting: bool) -> None:
        """Write what is pending, all of it or nothing; `waiting` says whether that failed the last time."""
        end = self._file.seek(0, os.SEEK_END)
        try:
            _write_all(self._file, self._pending)
        except OSError as error:
            self._remove_after(end)
            if not waiting:
                self._echo(f"the journal {self._path} cannot be written ({error.strerror}): its lines wait in memory")
            return
        self._pending = b""
        if waiting:
            self._echo(f"the journal {self._path} is written again, nothing is missing")

    def _remove_after(self, end: int) -> None:
        """Take back what was written in part; where not even that is possible, it ends as a damaged line."""
        try:
            self._file.truncate(end)
        except OSError:
            self._pending = b"\n" + self._pending.lstrip(b"\n")

    def _read(self) -> list[ImageStatus]:
        self._file.seek(0)
        content = self._file.readall()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            self._file.truncate(len(whole))
        found: list[ImageStatus] = []
        for number, line in enumerate(whole.split(b"\n"), 1):
            try:
                found += [ImageStatus.from_json(line)] if line else []
            except ValueError:
                self._echo(
                    f"line {number} of the journal {self._path} is damaged and left out: its image is sent again, "
                    "and stored once"
                )
        return found


def _opened(path: Path, opener: Callable[[Path], FileIO]) -> FileIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = opener(path)
    except OSError as error:
        raise JournalError(f"the journal {path} cannot be opened: {error.strerror}") from error
    try:
        _lock(file)
    except (BlockingIOError, PermissionError) as error:
        file.close()
        raise JournalError(
            f"another camera client is using the journal {path}: stop that one, or give this one a --journal of its own"
        ) from error
    except OSError as error:
        file.close()
        raise JournalError(
            f"the journal {path} cannot be locked ({error.strerror}): keep it on another disk"
        ) from error
    return file


def _lock(file: FileIO) -> None:
    """Lock an open file until the process ends; BlockingIOError or PermissionError when another one has the lock."""
    if sys.platform == "win32":
        file.seek(2**40)  # Windows locks bytes against reading, so one that is never reached
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _write_all(file: FileIO, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]
