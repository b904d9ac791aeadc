"""Lines of a Ground Truth manifest: one JSON object for each image.

https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from chalicelib.core.values import storable
from chalicelib.projects.domain import Location
from chalicelib.projects.places import Places

LONGEST_LINE = 8192
"""Characters, by the contract."""
LONGEST_KEY = 1024
"""Bytes, by S3."""
_METADATA = "-metadata"
_MASK = "-mask-ref"

type ClassName = Literal["normal", "anomaly"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One image of a data set.

    `source` and `mask` are S3 URIs, `label_name` is the name of the label's field, `raw` is the whole line as it was
    read. An image of another class, or of none, has no label.
    """

    source: str
    label: ClassName | None
    label_name: str | None
    mask: str | None
    raw: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong with a line; the first is line 1. `field` is empty when it is the whole line."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field}: {self.message}" if self.field else f"line {self.line}: {self.message}"


class _Wrong(Exception):
    """(field, message)."""


def parse(lines: Iterable[bytes], places: Places | None, *, local: bool = False) -> tuple[list[Entry], list[LineError]]:
    """The entries of the lines that are right, and the errors of the others. Empty lines are skipped.

    With `places`, an image or a mask elsewhere is an error. So is an image that an earlier line has. If `local`, an
    image may also be a file of this computer, `file:///<path>`.
    """
    entries: dict[str, Entry] = {}
    errors: list[LineError] = []
    for number, line in enumerate(lines, start=1):
        try:
            if not line.strip():
                continue
            entry = _entry_of(line, places, local)
            if entries.setdefault(entry.source, entry) is not entry:
                errors.append(LineError(number, "source-ref", f"an earlier line has {entry.source} too"))
        except _Wrong as error:
            errors.append(LineError(number, *error.args))
    return list(entries.values()), errors


def line_of(entry: Entry) -> str:
    """The line of an entry, without a line break."""
    return entry.raw


def _entry_of(line: bytes, places: Places | None, local: bool) -> Entry:
    text, content = _object_in(line)
    source = _uri_in(content, "source-ref", places, local)
    label_name = next((name for name in map(_label_name, content) if name and _class_of(content, name)), None)
    if label_name is None:
        return Entry(source, None, None, None, text, None)
    mask_field = next((name for name in content if name.endswith(_MASK)), None)
    mask = None if mask_field is None else _uri_in(content, mask_field, places)
    created_at = _time_in(content[label_name + _METADATA].get("creation-date"))
    return Entry(source, _label_of(_class_of(content, label_name)), label_name, mask, text, created_at)


def _object_in(line: bytes) -> tuple[str, Mapping[str, Any]]:
    try:
        text = line.decode().strip()
        content = json.loads(text) if len(text) <= LONGEST_LINE else None
    except UnicodeDecodeError as error:
        raise _Wrong("", "is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _Wrong("", f"is not JSON: {error}") from error
    if len(text) > LONGEST_LINE:
        raise _Wrong("", f"has {len(text)} characters; a line has at most {LONGEST_LINE}")
    if not isinstance(content, dict):
        raise _Wrong("", "is not a JSON object")
    return text, content


def _uri_in(content: Mapping[str, Any], field: str, places: Places | None, local: bool = False) -> str:
    uri = content.get(field)
    if not isinstance(uri, str) or not (_is_uri(uri) or (local and _is_file(uri))):
        raise _Wrong(field, "must be the S3 URI of an image, s3://<bucket>/<key>")
    if places is not None and not places.have_image(uri):
        raise _Wrong(field, f"{uri} {places.refusal}")
    return uri


def _is_uri(text: str) -> bool:
    place = Location.of(text)
    key = place.key
    encodable = storable(key, LONGEST_KEY) == key and len(key.encode()) <= LONGEST_KEY
    return text.startswith("s3://") and bool(place.bucket and key) and encodable and "\0" not in key


def _is_file(text: str) -> bool:
    return text.startswith("file:///") and bool(text.removeprefix("file:///").strip("/"))


def _label_name(field: str) -> str | None:
    return field.removesuffix(_METADATA) if field.endswith(_METADATA) and not field.endswith("-ref-metadata") else None


def _class_of(content: Mapping[str, Any], label_name: str) -> object:
    metadata = content[label_name + _METADATA]
    return metadata.get("class-name") if isinstance(metadata, dict) else None


def _label_of(class_name: object) -> ClassName | None:
    match class_name:
        case "normal":
            return "normal"
        case "anomaly":
            return "anomaly"
    return None


def _time_in(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
