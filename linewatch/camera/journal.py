"""The journal: a file with the status of each image. The next run continues from it."""

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
"""Shows one sentence to a person."""


class JournalError(Exception):
    """The journal cannot be used. The message says why and what to do."""


def state_folder() -> Path:
    """The default folder of journals: `linewatch` in XDG_STATE_HOME or ~/.local/state (XDG Base Directory 0.8)."""
    folder = Path(os.environ.get("XDG_STATE_HOME", "").strip())
    return (folder if folder.is_absolute() else Path.home() / ".local" / "state") / "linewatch"


class Journal:
    """The last status of each image. Each change appends one line of JSON. Safe to use from many threads.

    Only one process at a time can use a journal: it holds a lock until it is closed. While the disk is full, lines
    wait in memory, and each new line tries again to write all of them.
    """

    def __init__(
        self, path: Path, echo: Echo = _log.warning, opener: Callable[[Path], FileIO] = lambda path: FileIO(path, "a+")
    ) -> None:
        """Read the statuses of earlier runs. Reports and leaves out damaged lines; removes an incomplete last line.

        `JournalError` when another process uses it, or when it cannot be opened.
        """
        self._path, self._echo = path, echo
        self._lock = Lock()
        self._pending = b""
        self._file = _opened(path, opener)
        self.statuses = {status.file: status for status in self._read()}

    def append(self, status: ImageStatus) -> bool:
        """Record a status, on the disk if possible. False when it is the same as the last one of its file."""
        with self._lock:
            if status.repeats(self.statuses.get(status.file)):
                return False
            self.statuses[status.file] = status
            waiting = bool(self._pending)
            self._pending += status.to_json().encode() + b"\n"
            self._write(waiting)
        return True

    def is_sent(self, file: str, stamp: Stamp) -> bool:
        """Whether the file was sent with this content."""
        status = self.statuses.get(file)
        return status is not None and status.sent and status.stamp == stamp

    def close(self) -> None:
        """Write the lines that wait, and release the lock."""
        with self._lock:
            if self._pending:
                self._write(waiting=True)
            if self._pending:
                lines = self._pending.count(b"\n")
                self._echo(f"{lines} lines of the journal {self._path} are lost: the next run sends their images again")
            self._file.close()

    def _write(self, waiting: bool) -> None:
        """Write all pending lines or none. `waiting`: the last attempt failed."""
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
            self._echo(f"the journal {self._path} can be written again; no line is missing")

    def _remove_after(self, end: int) -> None:
        """Remove a partly written line. If this fails too, it stays as a damaged line."""
        try:
            self._file.truncate(end)
        except OSError:
            self._pending = b"\n" + self._pending.lstrip(b"\n")

    def _read(self) -> list[ImageStatus]:
        self._file.seek(0)
        content = self._file.readall()
        complete = content[: content.rfind(b"\n") + 1]
        if len(complete) < len(content):
            self._file.truncate(len(complete))
        statuses: list[ImageStatus] = []
        for number, line in enumerate(complete.split(b"\n"), 1):
            try:
                statuses += [ImageStatus.from_json(line)] if line else []
            except ValueError:
                self._echo(
                    f"line {number} of the journal {self._path} is damaged and left out: its image is sent again, "
                    "and stored only once"
                )
        return statuses


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
            f"another camera client is using the journal {path}: stop it, or choose another file with --journal"
        ) from error
    except OSError as error:
        file.close()
        raise JournalError(
            f"the journal {path} cannot be locked ({error.strerror}): choose a file on another disk with --journal"
        ) from error
    return file


def _lock(file: FileIO) -> None:
    """Lock an open file until the process ends; BlockingIOError or PermissionError when another one has the lock."""
    if sys.platform == "win32":
        file.seek(2**40)  # Windows makes locked bytes unreadable, so lock one beyond the end
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _write_all(file: FileIO, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]
