"""What is in a source: the kind of a file is seen from its content, so there is nothing to say about it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from chalicelib.models.label_studio import is_label_studio, label_studio_set
from chalicelib.models.layouts import image_set
from chalicelib.projects.domain import DatasetType
from linewatch.errors import UsageProblem
from linewatch.operate.datasets.example import CannotRead, Found
from linewatch.operate.datasets.layouts import examples_of
from linewatch.operate.datasets.manifests import examples_in, file_of_uri, in_folder
from linewatch.operate.datasets.objects import Objects, examples_below

MANIFESTS = (".manifest", ".json", ".jsonl", ".jsonlines")
"""What the names of manifests in S3 end in; any other S3 URI is a prefix."""


def read_source(source: str, of: DatasetType | None, images: Path | None, objects: Objects, at: datetime) -> Found:
    """The images of a source: an S3 URI of a manifest or a prefix, or a local folder, list, manifest or export.

    They go into the data set `of`, or into that which the source says. `images` is a folder with the images that a
    manifest or an export names. Raises `UsageProblem`, `UnusableList` and `CannotRead`.
    """
    found = _of_s3(source, images, objects, at) if source.startswith("s3://") else _local(source, images, objects, at)
    if of is not None:
        found.examples = [replace(each, of=of) for each in found.examples]
    return found


def _of_s3(uri: str, images: Path | None, objects: Objects, at: datetime) -> Found:
    if uri.lower().endswith(MANIFESTS):
        try:
            content = objects.file(uri).read()
        except CannotRead as error:
            raise CannotRead(f"{uri}: {error}") from error
        return _manifest(content.splitlines(), images, objects, local=False)
    return examples_below(uri, objects, at)


def _local(source: str, images: Path | None, objects: Objects, at: datetime) -> Found:
    path = Path(source)
    if not path.exists():
        raise UsageProblem(f"{source} does not exist: give a folder, a file, or an S3 URI such as s3://bucket/prefix/")
    if path.is_file() and path.suffix.lower() in MANIFESTS:
        content = path.read_bytes()
        parsed = _json(content)
        if is_label_studio(parsed):
            return examples_of(label_studio_set(path, images), at)
        if not isinstance(parsed, dict) or "source-ref" in parsed:
            return _manifest(content.splitlines(), images, objects, local=True)
    return examples_of(image_set(path), at)


def _manifest(lines: Sequence[bytes], images: Path | None, objects: Objects, *, local: bool) -> Found:
    file = partial(file_of_uri, otherwise=objects.file) if images is None else in_folder(images)
    return examples_in(lines, DatasetType.TRAIN, file, local=local)


def _json(content: bytes) -> object:
    """The value of a JSON file; None for JSON Lines and for anything else."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
