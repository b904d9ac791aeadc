"""Poison in the tables of keys, of projects and of failures."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Any

from chalice.test import Client

import app
from chalicelib.access.domain import token_of
from tests.pipeline.account import client
from tests.pipeline.photographs import artifact, png
from tests.poison.kind import DAY, Kind, Kinds, Put, Refused, Site, Trace
from tests.support.builders import NOON

SECRET = "s" * 32
KEYS: Mapping[str, Mapping[str, Any]] = {
    "role unknown": {"role": {"S": "emperor"}},
    "role a list": {"role": {"L": []}},
    "no role": {"role": None},
    "no project": {"project": None},
    "project empty": {"project": {"S": ""}},
    "project with slashes": {"project": {"S": "../plates"}},
    "lines empty": {"lines": {"L": []}},
    "lines a text": {"lines": {"S": "*"}},
    "lines of numbers": {"lines": {"L": [{"N": "1"}]}},
    "lines of null": {"lines": {"L": [{"NULL": True}]}},
    "a pattern that is cut off": {"lines": {"L": [{"S": "line-["}]}},
    "no cameras": {"cameras": None},
    "created at a word": {"created_at": {"S": "soon"}},
    "created without an offset": {"created_at": {"S": "2026-03-14T12:00:00"}},
    "created in the year 1": {"created_at": {"S": "0001-01-01T00:00:00+14:00"}},
    "no created_at": {"created_at": None},
    "revoked at a word": {"revoked_at": {"S": "soon"}},
    "revoked at a number": {"revoked_at": {"N": "1"}},
    "secret a number": {"secret_sha256": {"N": "1"}},
    "secret not ASCII": {"secret_sha256": {"S": "geheim-七"}},
    "no secret": {"secret_sha256": None},
    "sealed secret is text": {"sealed_secret": {"S": "text"}},
    "sealed secret of another key": {"sealed_secret": {"B": b"sealed"}},
    "note of 300 kB": {"note": {"S": "n" * 300_000}},
    "note with controls": {"note": {"S": "\x1b[2J\0"}},
    "only its key": dict.fromkeys(("role", "project", "lines", "cameras", "created_at", "secret_sha256", "note")),
}
PROJECTS: Mapping[str, Mapping[str, Any]] = {
    "live_version without a model": {"live_version": {"S": "7"}},
    "live_version empty": {"live_version": {"S": ""}},
    "live_version a number": {"live_version": {"N": "7"}},
    "live_version null": {"live_version": {"NULL": True}},
    "live_version a list": {"live_version": {"L": []}},
    "live_version with slashes": {"live_version": {"S": "../../lake/x"}},
    "live_version of 2,000 characters": {"live_version": {"S": "7" * 2000}},
    "no live_version": {},
}
MODELS = {
    "empty": b"",
    "text": b"this is no model",
    "zeros": b"\0" * 4096,
    "a header that is too long": b"\xff" * 8 + b"{}",
    "a header that is no JSON": (5).to_bytes(8, "little") + b"{{{{{",
    "cut off": artifact,
    "a picture": partial(png, 1),
}
FAILURES: Mapping[str, Mapping[str, Any]] = {
    "no cause": {},
    "cause a number": {"cause": {"N": "1"}},
    "cause null": {"cause": {"NULL": True}},
    "cause empty": {"cause": {"S": ""}},
    "cause bytes": {"cause": {"B": b"\xff"}},
    "cause of 390 kB": {"cause": {"S": "c" * 390_000}},
    "cause with controls": {"cause": {"S": "a\0b\r\n\x1b[2J"}},
}


def kinds() -> Iterator[Kind]:
    """All of them."""
    found: list[Kind] = []
    keys, projects, failures = Kinds("keys", found), Kinds("projects and models", found), Kinds("failures", found)
    for name, columns in KEYS.items():
        keys.add(name, _key, columns=columns)
    for name, columns in PROJECTS.items():
        projects.add(name, _project, columns=columns)
    for name, content in MODELS.items():
        projects.add(f"model file: {name}", _model, content=content)
    for name, columns in FAILURES.items():
        failures.add(f"{name}, of a lost image", _failure, columns=columns, readable=True)
        failures.add(f"{name}, of an unreadable message", _failure, columns=columns, readable=False)
        failures.add(f"{name}, of a dead letter", _dead, columns=columns)
    yield from found


def _key(site: Site, columns: Mapping[str, Any]) -> Put:
    """A request with an odd key is answered: allowed, or refused. Only 500 is no answer."""
    key_id = f"k{site.mark[6:10]}"
    patterns = {"L": [{"S": "*"}]}
    item = {
        "key_id": {"S": key_id},
        "role": {"S": "viewer"},
        "project": {"S": "plates"},
        "lines": patterns,
        "cameras": patterns,
        "secret_sha256": {"S": sha256(SECRET.encode()).hexdigest()},
        "created_at": {"S": NOON.isoformat()},
        "note": {"S": site.mark},
        **columns,
    }
    put = site.put_item("keys", {name: value for name, value in item.items() if value is not None})
    token = token_of(key_id, SECRET)
    answer = Client(app.app).http.get("/inspections?line=line-9", headers={"Authorization": token})
    if isinstance(put, Refused) or answer.status_code < 500:
        return put if isinstance(put, Refused) else Refused(f"the API answers {answer.status_code}")
    return Trace()


def _project(site: Site, columns: Mapping[str, Any]) -> Put:
    """An image of a project whose item is odd."""
    put = site.put_item("projects", {"project": {"S": site.mark}, **columns})
    if isinstance(put, Refused):
        return put
    key = f"images/{site.mark}/line-1/cam-1/{DAY}/a"
    site.world.upload(key, png(100))
    return Trace((key,))


def _model(site: Site, content: Any) -> Put:
    """An image of a project whose model file is no model."""
    whole = content if isinstance(content, bytes) else content()
    cut = whole[: len(whole) // 2] if content is artifact else whole
    site.store(f"models/{site.mark}/7.safetensors", cut)
    return _project(site, {"live_version": {"S": "7"}})


def _failure(site: Site, columns: Mapping[str, Any], *, readable: bool) -> Put:
    """A message that ran out of attempts, and an odd record of its error."""
    body = {"Records": [site.record()]} if readable else {"of": site.mark}
    return _recorded(site, "inspection-dlq", body, columns)


def _dead(site: Site, columns: Mapping[str, Any]) -> Put:
    """A dead letter that stays, and an odd record of its error."""
    return _recorded(site, "results-dlq", {"of": site.mark}, columns)


def _recorded(site: Site, queue: str, body: Mapping[str, Any], columns: Mapping[str, Any]) -> Put:
    put = site.send(queue, json.dumps(body))
    assert isinstance(put, Trace)
    item = {"message_id": {"S": put.marks[0]}, "failed_at": {"S": NOON.isoformat()}, **columns}
    client("dynamodb").put_item(TableName=site.settings.name("failures"), Item=item)
    return replace(put, unexplained=True)
