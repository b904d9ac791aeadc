"""Files that commands write: checked before the work begins, and whole or not there at all."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import click

from chalicelib.models.image_files import OTHER_FORMATS, SUFFIXES
from linewatch.commands.warnings import warn

MODEL = (".safetensors",)
REPORT = (".html", ".htm")
ROOM = 1 << 20  # bytes that must fit on the disk before the work begins


def check_output(path: Path, suffixes: tuple[str, ...], inputs: Iterable[Path] = ()) -> None:
    """Make the file's folder and try to write there. Raises `click.ClickException` when the file could not be written.

    `suffixes` are those that the file should have; `inputs` are files and folders that it must not be.
    """
    suffix = path.suffix.lower()
    if suffix in SUFFIXES or suffix in OTHER_FORMATS or suffix in {*MODEL, *REPORT} - {*suffixes}:
        raise click.UsageError(f"{path} would be written as a {suffixes[0]} file: name it so")
    if suffix not in suffixes:
        warn([f"{path} will be a {suffixes[0]} file, whatever its name"])
    if any(path.resolve() == each.resolve() for each in inputs):
        raise click.UsageError(f"{path} would be written over: name another file")
    with errors_shown(path):
        if path.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        if os.path.lexists(path) and not os.access(path, os.W_OK):
            raise PermissionError(0, "it is there and may not be written")
        with suppress(FileNotFoundError, NotADirectoryError):
            path.lstat()  # raises for a name that is too long
    if not _is_special(path):
        check_folder(path.parent)


def check_folder(folder: Path) -> None:
    """Make the folder and try to write there. Raises `click.ClickException` when nothing could be written."""
    with errors_shown(folder):
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(0, "it is a file and no folder")
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, prefix=".linewatch-") as probe:
            probe.write(bytes(ROOM))


def write_output(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file in one step: another program sees all of it or nothing. Raises `click.ClickException`.

    One that is `private` was at no time for others to read.
    """
    target = path.resolve()  # a link stays one
    with errors_shown(path):
        if _is_special(path):
            path.write_bytes(content)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, prefix=".linewatch-", delete=False) as part:
            try:
                part.write(content)
                part.flush()
                os.fsync(part.fileno())
                part.close()
                Path(part.name).chmod(0o600 if private else _mode_of(target))
                Path(part.name).replace(target)
            except BaseException:
                with suppress(FileNotFoundError):
                    Path(part.name).unlink()
                raise


def _is_special(path: Path) -> bool:
    """Whether the path is a device or a pipe, which must not be replaced by a file."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _mode_of(path: Path) -> int:
    """The permissions of the file that is replaced, or those that a new file gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


@contextmanager
def errors_shown(path: Path) -> Iterator[None]:
    """Turn an `OSError` into a `click.ClickException` that says that the path cannot be written."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from error
