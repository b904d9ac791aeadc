"""Start and stop the emulator. It runs in its own process group and listens on a free port of 127.0.0.1."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from chalicelib.core.errors import LinewatchError
from linewatch.stack.installation import emulator_python
from linewatch.stack.target import SECRET

_START_SECONDS = 60
_STOP_SECONDS = 60


class EmulatorFailed(LinewatchError):
    """The emulator did not start or stop. The message names its log."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """An emulator that keeps its state in `folder`. A running emulator holds the folder's lock."""

    folder: Path

    @property
    def log(self) -> Path:
        """The output of the emulator and its workers."""
        return self.folder / "emulator.log"

    @property
    def _pid(self) -> Path:
        return self.folder / "emulator.pid"

    def running(self) -> bool:
        """Whether it is running: some process holds its lock."""
        if not self.folder.exists():
            return False
        lock = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def start(self) -> int:
        """Start it, wait until it takes requests, and return its port. It keeps its last port if that is free.

        Raises `EmulatorFailed`.
        """
        if self.running():
            raise EmulatorFailed(f"a local AWS is already running in {self.folder}: stop it first")
        port = self._choose_port()
        self._forget_stream_positions()
        process = self._spawn(port)
        self._pid.write_text(str(process.pid))
        try:
            self._wait_until_ready(process, port)
        except BaseException:
            self.stop()
            raise
        return port

    def stop(self) -> None:
        """Let it save its state and exit, then kill the rest of its process group. Does nothing if it is not running.

        Raises `EmulatorFailed` when it did not save its state in time.
        """
        if not self.running():
            return
        pid = int(self._pid.read_text())
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + _STOP_SECONDS
        while self.running() and time.monotonic() < until:
            _reap(pid)
            time.sleep(0.05)
        saved = not self.running()
        with suppress(ProcessLookupError):  # the whole group may have ended
            os.killpg(pid, signal.SIGKILL)
        _reap(pid)
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        if not saved:
            raise EmulatorFailed(f"the local AWS did not stop in {_STOP_SECONDS} s and was killed: see {self.log}")

    def _choose_port(self) -> int:
        remembered = self.folder / "port"
        earlier = int(remembered.read_text()) if remembered.exists() else None
        port = earlier if earlier and _is_free(earlier) else free_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        remembered.write_text(str(port))
        return port

    def _forget_stream_positions(self) -> None:
        """The emulator saves its positions in the streams, but not their records: it would skip as many new records."""
        kept = self.folder / "state" / "lambda.json"
        if kept.exists():
            state = json.loads(kept.read_text())
            state["payload"].pop("dynamodb_stream_positions")
            kept.write_text(json.dumps(state))

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        (self.folder / "tmp").mkdir()
        lock = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with self.log.open("ab") as log:
                return subprocess.Popen(
                    [emulator_python(), "-m", "ministack"],
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
        return {
            "PATH": os.environ["PATH"],
            "TMPDIR": str(self.folder / "tmp"),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "AUTH": "true",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.folder / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.folder / "s3"),
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "PYTHONUNBUFFERED": "1",
        }

    def _wait_until_ready(self, process: subprocess.Popen[bytes], port: int) -> None:
        until = time.monotonic() + _START_SECONDS
        while process.poll() is None and time.monotonic() < until:
            try:
                with urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=5):
                    return
            except (URLError, HTTPException, OSError):
                time.sleep(0.1)
        raise EmulatorFailed(f"the local AWS did not start: see {self.log}")


def _reap(pid: int) -> None:
    """Collect a child process that has ended. Does nothing when another process started it."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    """A port of 127.0.0.1 that no process listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
