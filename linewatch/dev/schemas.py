"""The JSON Schemas of the events, and a check that a new schema is compatible with an older one."""

import json
from collections.abc import Iterator
from typing import Any

from chalicelib.core.envelope import Event
from chalicelib.core.events import (
    DayInspected,
    DriftFound,
    ImageInspected,
    ImageRejected,
    ImageUnfamiliar,
    InspectionEvent,
    InspectionFailed,
    InspectionReviewed,
    ModelPromoted,
    ModelRolledBack,
    ModelStarted,
    ModelStopped,
)

EVENTS: tuple[type[Event], ...] = (
    ImageInspected,
    ImageUnfamiliar,
    ImageRejected,
    InspectionFailed,
    InspectionReviewed,
    ModelStarted,
    ModelStopped,
    ModelPromoted,
    ModelRolledBack,
    DayInspected,
    DriftFound,
)

type Schema = dict[str, Any]

_ANNOTATIONS = {"title", "description", "default", "examples"}
"""Keywords that do not affect which values are valid."""


def published() -> dict[str, Schema]:
    """The schema of each event by its file name, `<Event>.v<schema version>.json`."""
    return {f"{event.__name__}.v{_version(event)}.json": _schema_of(event) for event in EVENTS}


def _schema_of(event: type[Event]) -> Schema:
    """The schema for readers, with the computed fields that only a writer has, and with the event's verdicts."""
    schema = event.model_json_schema()
    if not issubclass(event, InspectionEvent):
        return schema
    written = event.model_json_schema(mode="serialization")
    schema["$defs"]["Verdict"]["enum"] = list(event.verdicts)
    properties = schema["$defs"]["Inspection"]["properties"]
    schema["$defs"]["Inspection"]["properties"] = written["$defs"]["Inspection"]["properties"] | properties
    return schema


def text_of(schema: Schema) -> str:
    """The content of a schema's file."""
    return json.dumps(schema, indent=2) + "\n"


def breaks(old: Schema, new: Schema) -> list[str]:
    """The changes in `new` that break readers of `old`, or readers of `new` that read events written under `old`.

    A new optional field is compatible. Not compatible: a field that was removed or has different values, a required
    field that became optional, and a new required field.
    """
    return list(_breaks(_resolved(old, old), _resolved(new, new), path=""))


def _version(event: type[Event]) -> int:
    version: int = event.model_json_schema()["properties"]["schema_version"]["const"]
    return version


def _resolved(node: Any, root: Schema) -> Any:
    """The schema with its references replaced, and without annotations."""
    match node:
        case {"$ref": str(reference)}:
            return _resolved(root["$defs"][reference.removeprefix("#/$defs/")], root)
        case {"properties": dict(fields)}:
            rest = {key: value for key, value in node.items() if key not in _ANNOTATIONS | {"properties", "$defs"}}
            return rest | {"properties": {name: _resolved(field, root) for name, field in fields.items()}}
        case dict():
            return {key: _resolved(value, root) for key, value in node.items() if key not in _ANNOTATIONS}
        case list():
            return [_resolved(item, root) for item in node]
    return node


def _breaks(old: Schema, new: Schema, path: str) -> Iterator[str]:
    if "properties" not in old or "properties" not in new:
        if old != new:
            yield f"{path} was {json.dumps(old)} and is {json.dumps(new)}"
        return
    before, now = set(old.get("required", ())), set(new.get("required", ()))
    for name, field in old["properties"].items():
        if name not in new["properties"]:
            yield f"{path}/{name} is gone"
            continue
        if name in before - now:
            yield f"{path}/{name} may be missing now"
        yield from _breaks(field, new["properties"][name], f"{path}/{name}")
    for name in sorted(now - before):
        yield f"{path}/{name} is newly required"
