"""The JSON Schemas of the events, and whether one still serves the readers of an older one."""

import json
from collections.abc import Iterator
from typing import Any

from chalicelib.core.events import ImageInspected, ImageRejected, InspectionEvent, InspectionFailed, InspectionReviewed

EVENTS: tuple[type[InspectionEvent], ...] = (ImageInspected, ImageRejected, InspectionFailed, InspectionReviewed)

type Schema = dict[str, Any]

_ANNOTATIONS = {"title", "description", "default", "examples"}
"""Keywords that change nothing about which values are valid."""


def published() -> dict[str, Schema]:
    """Every event's schema by its file name, `<Event>.v<schema version>.json`."""
    return {f"{event.__name__}.v{_version(event)}.json": event.model_json_schema() for event in EVENTS}


def text_of(schema: Schema) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2) + "\n"


def breaks(old: Schema, new: Schema) -> list[str]:
    """What in `new` breaks a reader of `old`, or keeps today's reader from an event that was written under `old`.

    A new optional field breaks neither. Everything else does: a field that is gone or has other values than before,
    one that may be missing now, and a new one that must be there.
    """
    return list(_breaks(_resolved(old, old), _resolved(new, new), path=""))


def _version(event: type[InspectionEvent]) -> int:
    version: int = event.model_json_schema()["properties"]["schema_version"]["const"]
    return version


def _resolved(node: Any, root: Schema) -> Any:
    """The schema with its references replaced and without annotations."""
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
    was, now = set(old.get("required", ())), set(new.get("required", ()))
    for name, field in old["properties"].items():
        if name not in new["properties"]:
            yield f"{path}/{name} is gone"
            continue
        if name in was - now:
            yield f"{path}/{name} may be missing now"
        yield from _breaks(field, new["properties"][name], f"{path}/{name}")
    for name in sorted(now - was):
        yield f"{path}/{name} is newly required"
