"""Poison on the queue of versions to train, and in the table that has them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.projects.domain import MODEL, PROJECT, ModelStatus, ModelVersion, Project
from tests.poison.kind import Kind, Kinds, Put, Site, Trace
from tests.poison.kinds.notifications import BODIES
from tests.poison.kinds.values import HOLE, NUMBERS, OF_OTHER_TYPES, TEXTS, TIMES, with_raw
from tests.support.builders import NOON

QUEUE, TABLE = "training", "registry"
REAL_NUMBERS = {"2**63", "2**70"}
"""Numbers that a version could have, but none has."""
HEADS: Mapping[str, Mapping[str, Any]] = {
    "a body that is not JSON": {"body": {"S": "plates"}},
    "a body that is a number": {"body": {"N": "1"}},
    "an empty body": {"body": {"S": ""}},
    "a body of another form": {"body": {"S": '{"name": 7}'}},
    "no body": {"body": None},
    "no revision": {"revision": None},
    "a revision that is text": {"revision": {"S": "first"}},
    "no last version": {"last_version": None},
    "a last version that is a list": {"last_version": {"L": []}},
}
"""Changes of the item of a project."""
BROKEN: Mapping[str, str] = {
    "not JSON": "training",
    "null": "null",
    "a list": "[]",
    "an empty dict": "{}",
    "nested 100,000 deep": "[" * 100_000 + "]" * 100_000,
    "390 kB": "x" * 390_000,
}
"""Bodies of a version."""
CHANGED: Mapping[str, Mapping[str, Any]] = {
    "an unknown status": {"status": "SLEEPING"},
    "no status": {"status": None},
    "a version that is text": {"version": "first"},
    "the version of another item": {"version": 2},
    "another project": {"project": "plates"},
    "an unknown field": {"colour": "blue"},
    "a lease that is text": {"lease": "mine"},
    "a lease without a worker": {"lease": {"until": NOON.isoformat()}},
    "a progress that is text": {"lease": {"worker": "w1", "until": NOON.isoformat(), "progress": "half"}},
    "a progress of 1e300": {"lease": {"worker": "w1", "until": NOON.isoformat(), "progress": 1e300}},
}
"""Changes of a version in training."""
LATER = {"in ten years", "the end of 9999", "the end of 9999 with an offset"}
"""Times until which nobody would look for the worker: no clock is so wrong."""


def kinds() -> Iterator[Kind]:
    """All of them."""
    found: list[Kind] = []
    _messages(Kinds("training queue", found))
    _items(Kinds("table of versions", found))
    yield from found


def _messages(kinds: Kinds) -> None:
    for name, body in BODIES.items():
        kinds.add(name, _body, body=body)
    for field in ("project", "version"):
        kinds.add(f"no {field}", _fields, changes={field: ...})
        for name, value in OF_OTHER_TYPES.items():
            if (field, name) != ("version", "a number"):
                kinds.add(f"{field} is {name}", _fields, changes={field: value})
    for name, text in {**TEXTS, "65 characters": "p" * 65, "a space": "a b", "a point": "a.b"}.items():
        kinds.add(f"project: {name}", _fields, changes={"project": text})
    for name, raw in NUMBERS.items():
        kinds.add(f"version: {name}", _version, raw=raw, harmless=name in REAL_NUMBERS)
    for name in ("an unknown project", "the same twice", "a field beside"):
        kinds.add(name, _unknown, times=2 if "twice" in name else 1, beside={"colour": 7} if "beside" in name else {})


def _body(site: Site, body: str) -> Put:
    return site.send(QUEUE, body)


def _fields(site: Site, changes: Mapping[str, Any]) -> Put:
    body = {"project": "plates", "version": 1, "of": site.mark, **changes}
    return site.send(QUEUE, json.dumps({name: value for name, value in body.items() if value is not ...}))


def _version(site: Site, raw: str, harmless: bool) -> Put:
    sent = site.send(QUEUE, with_raw({"project": site.mark, "version": HOLE}, raw))
    return Trace(harmless=True) if harmless else sent


def _unknown(site: Site, times: int, beside: Mapping[str, Any]) -> Put:
    """As the message of a version that was deleted, or is trained already: nobody waits for it."""
    for _ in range(times):
        site.send(QUEUE, json.dumps({"project": site.mark, "version": 1, **beside}))
    return Trace(harmless=True)


def _items(kinds: Kinds) -> None:
    kinds.add("a version that nobody trains", _put)
    for name, head in HEADS.items():
        kinds.add(f"a project with {name}", _put, head=head)
    for name, body in BROKEN.items():
        kinds.add(f"a version whose body is {name}", _put, body=body)
    for name, changes in CHANGED.items():
        kinds.add(f"a version with {name}", _put, changes=changes)
    for name, time in TIMES.items():
        if name not in LATER:
            kinds.add(f"created: {name}", _put, changes={"created_at": time})
            kinds.add(f"leased until: {name}", _put, changes={"lease": {"worker": "w1", "until": time}})
    for item in ("dataset#train", "dataset#other", "extra"):
        kinds.add(f"an item {item} of another form", _extra, item=item)


def _put(
    site: Site,
    head: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    body: str | None = None,
) -> Put:
    """A version in training whose message was lost."""
    values = MODEL.dump_python(_model(site), mode="json") | dict(changes or {})
    text = json.dumps(values) if body is None else body
    _head(site, **(head or {}))
    item = {"item": {"S": "model#0000000001"}, "kind": {"S": "training"}, "body": {"S": text}}
    return site.put_item(TABLE, {"project": {"S": site.mark}, **item})


def _extra(site: Site, item: str) -> Put:
    _put(site)
    return site.put_item(TABLE, {"project": {"S": site.mark}, "item": {"S": item}, "body": {"S": "{}"}})


def _model(site: Site) -> ModelVersion:
    return ModelVersion(
        project=site.mark, version=1, status=ModelStatus.TRAINING, created_at=NOON, changed_at=NOON, train="1-a"
    )


def _head(site: Site, **changes: Any) -> None:
    body = PROJECT.dump_json(Project(name=site.mark, created_at=NOON)).decode()
    item = {"revision": {"N": "3"}, "last_version": {"N": "1"}, "body": {"S": body}, **changes}
    written = {name: value for name, value in item.items() if value is not None}
    site.put_item(TABLE, {"project": {"S": site.mark}, "item": {"S": "project"}, **written})
