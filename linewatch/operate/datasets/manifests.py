"""Images of a Ground Truth manifest, as Amazon Lookout for Vision and SageMaker wrote them. Masks are kept."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from chalicelib.projects.domain import DatasetType
from chalicelib.projects.manifest import Entry, parse
from linewatch.operate.datasets.example import CannotRead, Example, File, Found
from linewatch.operate.datasets.layouts import file_of
from linewatch.operate.datasets.objects import bucket_and_key

type FileOf = Callable[[str], File]
"""The file of an S3 URI."""


def examples_in(lines: Iterable[bytes], of: DatasetType, file: FileOf, *, local: bool) -> Found:
    """The images of the lines that are right; the notes name line and field of the others.

    A manifest that is `local` may name files of this computer; one from elsewhere may not.
    """
    entries, errors = parse(lines, None, local=local)
    return Found([_example(entry, of, file) for entry in entries], [str(error) for error in errors])


def _example(entry: Entry, of: DatasetType, file: FileOf) -> Example:
    fields = json.loads(entry.raw)
    del fields["source-ref"]
    if entry.mask is None:
        return Example(file(entry.source), of, fields)
    mask_field = next(name for name, value in fields.items() if value == entry.mask)
    del fields[mask_field]
    return Example(file(entry.source), of, fields, mask_field, file(entry.mask))


def uri_of(path: Path) -> str:
    """What a local manifest names a file of this computer by."""
    return path.absolute().as_uri()


def file_of_uri(uri: str, otherwise: FileOf) -> File:
    """The file of this computer that a URI names, or what it names `otherwise`."""
    if not uri.startswith("file://"):
        return otherwise(uri)
    return file_of(Path(url2pathname(urlsplit(uri).path)))


def in_folder(folder: Path) -> FileOf:
    """Finds the objects of a bucket in a copy of it: by the longest end of the key that is a file in the folder."""

    def file(uri: str) -> File:
        found = next((path for path in _places(folder, uri) if path.is_file()), None)
        return File(uri, lambda: _missing(folder)) if found is None else file_of(found)

    return file


def _places(folder: Path, uri: str) -> Iterator[Path]:
    parts = [each for each in bucket_and_key(uri)[1].split("/") if each not in ("", ".", "..")]
    return (folder.joinpath(*parts[first:]) for first in range(len(parts)))


def _missing(folder: Path) -> bytes:
    raise CannotRead(f"{folder} has no file of this name")
