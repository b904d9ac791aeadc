"""What a local stack keeps on disk: complete saved states, and a journal of the items written since the last one.

The emulator's own Python uses this module too, so it needs nothing but the standard library.
"""

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

CONTENTS = "contents.json"
"""The file that names the emulator's version and the size of every other file of a saved state."""
QUEUES = "sqs.json"
"""The queues' messages. The emulator replaces this file of a saved state every second."""
ITEMS = "items.jsonl"
"""The journal of a saved state."""


@dataclass(frozen=True, slots=True)
class SavedStates:
    """The saved states in `folder`, each in a folder with a number. The highest number is the last one."""

    folder: Path

    def last(self) -> Path | None:
        """The last complete saved state, None before the first."""
        return max(self._complete(), key=lambda path: int(path.name), default=None)

    def write(self, version: str, fill: Callable[[Path], None]) -> Path:
        """Write a saved state, and delete the earlier ones when it is complete.

        `fill` writes its files. A kill or an error at any time leaves the one before. Raises what `fill` raises, or
        OSError.
        """
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        earlier = self._complete()
        try:
            fill(unfinished)
            contents = {"ministack": version, "sizes": _sizes(unfinished)}
            (unfinished / CONTENTS).write_text(json.dumps(contents, indent=1))
            for path in [*unfinished.rglob("*"), unfinished]:
                _sync(path)
            saved = unfinished.rename(self.folder / str(1 + max((int(each.name) for each in earlier), default=0)))
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        _sync(self.folder)
        for each in earlier:
            shutil.rmtree(each)
        return saved

    def _complete(self) -> list[Path]:
        return [path for path in self.folder.glob("*") if path.name.isdigit()]


def damage(saved: Path, version: str) -> str | None:
    """Why this saved state cannot be used with this version of the emulator; None when it can."""
    try:
        contents = json.loads((saved / CONTENTS).read_text())
        written_by, sizes = contents["ministack"], contents["sizes"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"its table of contents cannot be read ({error})"
    if written_by != version:
        return f"ministack {written_by} wrote it, and this is ministack {version}"
    found = _sizes(saved)
    changed = [name for name, size in sizes.items() if name != QUEUES and found.get(name) != size]
    return f"{', '.join(sorted(changed))} is missing or has another size" if changed else None


def write_or_link(file: Path, content: str, earlier: Path | None) -> None:
    """Write a new file, or link it to an earlier one with this content. The file with the layers has 86 MB.

    No file of a saved state is changed in place, so that a linked one stays as it is.
    """
    if earlier and earlier.exists() and earlier.read_bytes() == content.encode():
        file.hardlink_to(earlier)
    else:
        file.write_text(content)


def delete_unfinished(file: Path) -> None:
    """Delete the file of an S3 object without its `.meta.json`, which is written last: its upload was not confirmed."""
    if not file.name.endswith(".meta.json") and not file.with_name(f"{file.name}.meta.json").exists():
        file.unlink(missing_ok=True)


def replace(file: Path, content: str) -> None:
    """Write a whole file, so that a kill leaves the old content or the new one."""
    fresh = file.with_name(f"{file.name}.tmp")
    fresh.write_text(content)
    fresh.replace(file)


def _sizes(folder: Path) -> dict[str, int]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in {CONTENTS, ITEMS})
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Journal:
    """A file of JSON lines. Each line is written completely or not at all."""

    def __init__(self, file: Path) -> None:
        """Open it, and cut off a last line that a kill left incomplete."""
        self._file = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = Lock()
        content = file.read_bytes()
        self.size = self._on_disk = content.rfind(b"\n") + 1
        os.ftruncate(self._file, self.size)

    def append(self, entry: Any) -> None:
        """Write one line. Raises OSError, as when the disk is full; the file is then as before."""
        line = json.dumps(entry).encode() + b"\n"
        with self._lock:
            try:
                _write(self._file, line)
            except OSError:
                os.ftruncate(self._file, self.size)
                raise
            self.size += len(line)

    def sync(self) -> None:
        """Wait until the disk has all lines."""
        if self._on_disk != self.size:
            self._on_disk = self.size
            os.fsync(self._file)

    def close(self) -> None:
        """Close the file; later changes are refused."""
        with self._lock:
            os.close(self._file)
            self._file = -1


def _write(file: int, content: bytes) -> None:
    if os.write(file, content) != len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def entries(file: Path) -> Iterator[Any]:
    """The entries of a journal, oldest first; nothing when there is no journal."""
    if file.exists():
        with file.open("rb") as lines:
            yield from (json.loads(line) for line in lines if line.endswith(b"\n"))
