"""A filesystem for pyarrow that counts what is read through it."""

from typing import Any

import pyarrow as pa
from pyarrow.fs import FileInfo, FileSelector, FileSystem, FileSystemHandler, PyFileSystem

from chalicelib.lake.domain import Scanned


def counted(files: FileSystem, scanned: Scanned) -> FileSystem:
    """The same files; each read adds to `scanned`."""
    return PyFileSystem(_Handler(files, scanned))


class _File:
    """An open file."""

    def __init__(self, file: Any, scanned: Scanned) -> None:
        self._file, self._scanned = file, scanned

    def read(self, size: int | None = None) -> bytes:
        content: bytes = self._file.read(size)
        self._scanned.size += len(content)
        return content

    def read_buffer(self, size: int | None = None) -> pa.Buffer:
        content = self._file.read_buffer(size)
        self._scanned.size += content.size
        return content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _Handler(FileSystemHandler):  # type: ignore[misc]  # pyarrow has no types here
    """Reads and lists; writes nothing."""

    def __init__(self, files: FileSystem, scanned: Scanned) -> None:
        self._files, self._scanned = files, scanned

    def get_type_name(self) -> str:
        return f"counted {self._files.type_name}"

    def normalize_path(self, path: str) -> str:
        return str(self._files.normalize_path(path))

    def get_file_info(self, paths: list[str]) -> list[FileInfo]:
        return list(self._files.get_file_info(paths))

    def get_file_info_selector(self, selector: FileSelector) -> list[FileInfo]:
        return list(self._files.get_file_info(selector))

    def open_input_file(self, path: str) -> pa.PythonFile:
        return self._open(path)

    def open_input_stream(self, path: str) -> pa.PythonFile:
        return self._open(path)

    def _open(self, path: str) -> pa.PythonFile:
        self._scanned.files.add(path)
        return pa.PythonFile(_File(self._files.open_input_file(path), self._scanned), mode="r")

    def open_output_stream(self, path: str, metadata: object) -> Any:
        raise NotImplementedError

    def open_append_stream(self, path: str, metadata: object) -> Any:
        raise NotImplementedError

    def create_dir(self, path: str, recursive: bool) -> None:
        raise NotImplementedError

    def delete_dir(self, path: str) -> None:
        raise NotImplementedError

    def delete_dir_contents(self, path: str, missing_dir_ok: bool) -> None:
        raise NotImplementedError

    def delete_root_dir_contents(self) -> None:
        raise NotImplementedError

    def delete_file(self, path: str) -> None:
        raise NotImplementedError

    def move(self, src: str, dest: str) -> None:
        raise NotImplementedError

    def copy_file(self, src: str, dest: str) -> None:
        raise NotImplementedError
