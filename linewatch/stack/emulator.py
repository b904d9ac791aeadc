"""Start and stop the emulator. It runs in its own session and listens on a free port of 127.0.0.1."""

import fcntl
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from chalicelib.core.errors import LinewatchError
from linewatch.stack.installation import emulator_python, emulator_version
from linewatch.stack.processes import end
from linewatch.stack.saved_state import CONTENTS, ITEMS, QUEUES, SavedStates, damage, delete_unfinished, replace
from linewatch.stack.target import SECRET

_START_SECONDS = 60
_SAVE_SECONDS = 60
_PORTS = 5
"""How many ports are tried when other programs take them."""
_LAUNCHER = Path(__file__).with_name("launcher.py")
_open = build_opener(ProxyHandler({})).open


class EmulatorFailed(LinewatchError):
    """The emulator did not start. The message names its log."""


class NotSaved(LinewatchError):
    """The emulator could not save its state. The last saved state and the journal of items are as they were."""


class StateUnusable(LinewatchError):
    """The saved state cannot be used. The message says why, and how to begin anew."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """An emulator that keeps its state in `folder`. A running emulator holds the folder's lock."""

    folder: Path

    @property
    def log(self) -> Path:
        """The output of the emulator and its workers."""
        return self.folder / "emulator.log"

    @property
    def states(self) -> SavedStates:
        """Its saved states; none before the first deployment is complete."""
        return SavedStates(self.folder / "states")

    def ended(self) -> datetime | None:
        """About when it last wrote its state: its end, when it is not running. None before the first saved state."""
        saved = self.states.last()
        files = [path for name in (CONTENTS, ITEMS, QUEUES) if saved and (path := saved / name).exists()]
        return datetime.fromtimestamp(max(path.stat().st_mtime for path in files), UTC) if files else None

    def last_port(self) -> int | None:
        """The port on which it ran last; None before its first start, or when the file cannot be read."""
        remembered = self.folder / "port"
        text = remembered.read_text().strip() if remembered.exists() else ""
        return int(text) if text.isdecimal() else None

    @property
    def _mark(self) -> str:
        """The variable that only this emulator and its workers have."""
        return f"TMPDIR={self.folder / 'tmp'}"

    def running(self) -> bool:
        """Whether it is running: it holds its lock."""
        try:
            lock = os.open(self.folder / "lock", os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def start(self) -> int:
        """Start it with its last saved state, wait until it takes requests, and return its port.

        It keeps its last port if that is free. Ends what an emulator that was killed left behind. Raises
        `EmulatorFailed` or `StateUnusable`.
        """
        if self.running():
            raise EmulatorFailed(f"a local AWS is already running in {self.folder}: stop it first")
        self.kill()
        self._prepare()
        for port in [self.last_port(), *(free_port() for _ in range(_PORTS))]:
            if port is not None and _is_free(port) and self._starts(port):
                replace(self.folder / "port", str(port))
                return port
        raise EmulatorFailed(f"the local AWS did not start: see {self.log}")

    def save(self, *, always: bool) -> None:
        """Save its state; without `always`, only if a deployment changed something. Raises `NotSaved`."""
        try:
            _call(self.last_port() or 0, "save" if always else "saved", _SAVE_SECONDS)
        except HTTPError as error:
            raise NotSaved(error.read().decode(errors="replace")) from error
        except (URLError, HTTPException, OSError) as error:
            raise NotSaved(f"the local AWS does not answer: {error}") from error

    def kill(self) -> None:
        """End it and its workers without saving. What it wrote to disk stays: saved states, journal and objects."""
        end(self._mark)
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)

    def _prepare(self) -> None:
        """Check the saved state. Without one, delete what a deployment that did not end left behind."""
        _adopt_state_of_earlier_version(self.folder)
        anew = f"`linewatch up --local {self.folder.name} --fresh` begins anew and deletes all its images and verdicts"
        saved, objects = self.states.last(), self.folder / "s3"
        if saved and (reason := damage(saved, emulator_version())):
            raise StateUnusable(f"the saved state {saved} cannot be used: {reason}; {anew}")
        if saved is None:
            if next(objects.glob("*/linewatch-*/images"), None) or next(objects.glob("*/linewatch-*/models"), None):
                raise StateUnusable(f"{objects} has images or models, but the rest of the state was not saved; {anew}")
            shutil.rmtree(objects, ignore_errors=True)
        for bucket in objects.glob("[!.]*/*"):
            for path in filter(Path.is_file, bucket.rglob("*")):
                delete_unfinished(path)
        (self.folder / "tmp").mkdir(parents=True)

    def _starts(self, port: int) -> bool:
        """Start it on this port. False when another program has just taken the port. Raises `EmulatorFailed`."""
        process = self._spawn(port)
        try:
            return self._becomes_ready(process, port)
        except BaseException:
            self.kill()
            raise

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        lock = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with self.log.open("ab") as log:
                return subprocess.Popen(
                    [emulator_python(), "-P", _LAUNCHER, self.folder],
                    env=self._environment(port),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    pass_fds=[lock],
                )
        finally:
            os.close(lock)

    def _environment(self, port: int) -> dict[str, str]:
        """All variables of the emulator and its workers. Only PATH comes from this process.

        With AUTH it checks signatures and the permissions of each function's role, as AWS does.
        """
        name, _, folder = self._mark.partition("=")
        return {
            "PATH": os.environ["PATH"],
            name: folder,
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "AUTH": "true",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "PERSIST_STATE": "1",
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.folder / "s3"),
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "PYTHONUNBUFFERED": "1",
        }

    def _becomes_ready(self, process: subprocess.Popen[bytes], port: int) -> bool:
        until = time.monotonic() + _START_SECONDS
        while process.poll() is None and time.monotonic() < until:
            try:
                if _call(port, "pid", 5) == str(process.pid):
                    return True
            except (URLError, HTTPException, OSError):
                time.sleep(0.1)
        if process.poll() is not None and not _is_free(port):
            return False
        raise EmulatorFailed(f"the local AWS did not start: see {self.log}")


def _adopt_state_of_earlier_version(folder: Path) -> None:
    """Earlier versions of Linewatch kept one saved state, in `state`, written when the emulator stopped in order."""
    earlier, states = folder / "state", SavedStates(folder / "states")
    if (earlier / "cloudformation.json").exists() and states.last() is None:
        states.write(emulator_version(), lambda new: _copy(earlier, new))
    if states.last():
        shutil.rmtree(earlier, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, dirs_exist_ok=True)


def _call(port: int, name: str, seconds: float) -> str:
    with _open(Request(f"http://127.0.0.1:{port}/_linewatch/{name}"), timeout=seconds) as answer:
        text: str = answer.read().decode(errors="replace")
    return text


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    """A port of 127.0.0.1 that no process listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
