"""Lines of a manifest that people write by their answers: a new image with its label, and a label that is changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.projects.manifest import ClassName, Entry

LABEL = "anomaly-label"
"""The name of the label's field in a new line."""
_MASKS = ("-mask-ref", "-mask-ref-metadata")


@dataclass(frozen=True, slots=True)
class Labelling:
    """What a person says of an image: its label, the kind of defect if it has one, and the name of a new file."""

    source: str
    label: ClassName
    kind: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who says it, as the id of a key, and when."""

    by: str
    at: datetime


def new_line(said: Labelling, stamp: Stamp) -> str:
    """The line of an image that the data set does not have."""
    return _line({"source-ref": said.source}, LABEL, said, stamp)


def relabelled(entry: Entry, said: Labelling, stamp: Stamp) -> str:
    """The line with another label. All else in it stays, but the mask of a defect goes if there is none."""
    content = json.loads(entry.raw)
    if said.label == "normal":
        content = {name: value for name, value in content.items() if not name.endswith(_MASKS)}
    return _line(content, entry.label_name or LABEL, said, stamp)


def kind_of(entry: Entry) -> str | None:
    """The kind of defect that a line names."""
    return _text_in(entry, "kind")


def file_of(entry: Entry) -> str:
    """The name by which people know an image: that of its file, or the last part of its URI."""
    return _text_in(entry, "file") or entry.source.rpartition("/")[2]


def _line(content: Mapping[str, Any], name: str, said: Labelling, stamp: Stamp) -> str:
    stored = content.get(f"{name}-metadata")
    before = stored if isinstance(stored, dict) else {}
    metadata = before | {
        "class-name": said.label,
        "creation-date": stamp.at.replace(tzinfo=None).isoformat(timespec="microseconds"),
        "human-annotated": "yes",
        "type": "groundtruth/image-classification",
        "confidence": 1,
        "labelled-by": stamp.by,
        "kind": said.kind if said.label == "anomaly" else None,
        "file": said.file or before.get("file"),
    }
    given = {field: value for field, value in metadata.items() if value is not None}
    return json.dumps({**content, name: int(said.label == "anomaly"), f"{name}-metadata": given}, ensure_ascii=False)


def _text_in(entry: Entry, field: str) -> str | None:
    if entry.label_name is None:
        return None
    found = json.loads(entry.raw)[f"{entry.label_name}-metadata"].get(field)
    return found if isinstance(found, str) else None
