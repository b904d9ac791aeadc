"""Poison in the table of inspections, and what its stream makes of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.inspections.items import to_item
from tests.pipeline.account import client
from tests.poison.kind import DAY, LINE, PROJECT, TABLE, Kind, Kinds, Put, Site, Trace

OF_TYPES: Mapping[str, Mapping[str, Any]] = {
    "a BOOL": {"BOOL": True},
    "a NULL": {"NULL": True},
    "a list": {"L": [{"S": "x"}]},
    "a map": {"M": {"x": {"S": "y"}}},
    "bytes": {"B": b"\xff\x00"},
    "a set": {"SS": ["a", "b"]},
    "a set of numbers": {"NS": ["1", "2"]},
    "an empty text": {"S": ""},
    "a huge number": {"N": "9" * 38},
    "a text": {"S": "many"},
}
FIELDS = ("size_bytes", "verdict", "captured_at", "revision", "reason", "confidence")
MISSING = (
    "size_bytes",
    "verdict",
    "captured_at",
    "key",
    "project",
    "line",
    "revision",
    "inspected_at",
    "correlation_id",
)
ODD: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "verdict blue": {"verdict": {"S": "blue"}},
    "captured in the year 1": {"captured_at": {"S": "0001-01-01T00:00:00+14:00"}},
    "captured at the end of 9999": {"captured_at": {"S": "9999-12-31T23:59:59.999999-14:00"}},
    "captured without an offset": {"captured_at": {"S": "2026-03-14T12:00:00"}},
    "captured yesterday": {"captured_at": {"S": "yesterday"}},
    "inspected without an offset": {"inspected_at": {"S": "2026-03-14T12:00:00"}},
    "inspected in the year 1": {"inspected_at": {"S": "0001-01-01T00:00:00+14:00"}},
    "reviewed at a word": {"reviewed_at": {"S": "soon"}},
    "answers a text": {"answers": {"S": "many"}},
    "an answer without its label": {"answers": {"L": [{"M": {"reviewed_by": {"S": "ann"}}}]}},
    "size of 38 digits": {"size_bytes": {"N": "9" * 38}},
    "size negative": {"size_bytes": {"N": "-1"}},
    "revision negative": {"revision": {"N": "-1"}},
    "revision 2**63": {"revision": {"N": str(2**63)}},
    "confidence 1e125": {"confidence": {"N": "1E125"}},
    "confidence 1e-130": {"confidence": {"N": "1E-130"}},
    "confidence of 38 digits": {"confidence": {"N": "0." + "1" * 37}},
    "line with a slash": {"line": {"S": "a/b"}},
    "line with two dots": {"line": {"S": ".."}},
    "key that names nothing": {"key": {"S": "a"}},
    "an unknown attribute": {"colour": {"S": "blue"}},
    "an attribute of 390 kB": {"colour": {"S": "c" * 390_000}},
    "a reason of 300 kB": {"reason": {"S": "r" * 300_000}},
    "a message of 390 kB": {"original_message": {"S": "m" * 390_000}},
    "a reason of quotes, 200 kB": {"reason": {"S": '"' * 200_000}},
    "a reason of controls, 100 kB": {"reason": {"S": "\x01" * 100_000}},
    "over 400 kB": {"reason": {"S": "r" * 410_000}},
}
INDEX: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "position of no time": {"position": {"S": "zzz"}},
    "position of another inspection": {"position": {"S": f"{DAY}T12:00:00.000000+00:00#other"}},
    "position as late as can be": {"position": {"S": f"{DAY}T22:59:59.999999+00:00#~~~"}},
    "the index of another line": {"line_day": {"S": f"{PROJECT}/line-2/{DAY}"}},
    "an index of no day": {"line_day": {"S": f"{PROJECT}/{LINE}/someday"}},
    "on the list of reviews without one": {
        "review_list": {"S": f"{PROJECT}/reviewed"},
        "review_position": {"S": f"{DAY}T12:00:00.000000+00:00#other"},
    },
    "failed, but normal": {"failed_id": {"S": "odd"}},
    "failed, with another id": {"failed_id": {"S": "odd"}, "verdict": {"S": "failed"}},
}
REMOVED_BY_TTL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def kinds() -> Iterator[Kind]:
    """All of them."""
    found: list[Kind] = []
    kinds = Kinds(TABLE, found)
    for field in FIELDS:
        for name, value in OF_TYPES.items():
            kinds.add(f"{field} is {name}", _put, changes={field: value})
    for field in MISSING:
        kinds.add(f"no {field}", _put, changes={field: None})
    for name, changes in {**ODD, **INDEX}.items():
        kinds.add(name, _put, changes=changes)
    for name in ("blue", "failed"):
        kinds.add(
            f"failed and unreadable: {name}",
            _failed,
            changes={"verdict": {"S": name}, "size_bytes": {"S": "many"}},
        )
    kinds.add("only its keys", _bare)
    kinds.add("another run", _put, changes={"run": {"S": "../live"}})
    kinds.add("a run of 1,000 characters", _put, changes={"run": {"S": "r" * 1000}})
    kinds.add("written, then removed", _removed)
    _records(Kinds("stream", found))
    yield from found


def _put(site: Site, changes: Mapping[str, Any]) -> Put:
    """An item as Linewatch writes it, changed; an attribute that is None is left out."""
    item = {**to_item(site.inspection(verdict="anomalous")), **changes}
    return site.put_item("inspections", {name: value for name, value in item.items() if value is not None})


def _failed(site: Site, changes: Mapping[str, Any]) -> Put:
    """An item of the index of failed inspections, which every command of dead letters reads."""
    return _put(site, {"failed_id": {"S": site.mark}, **changes})


def _bare(site: Site) -> Put:
    return site.put_item("inspections", {"inspection_id": {"S": site.mark}, "run": {"S": "live"}})


def _removed(site: Site) -> Put:
    """The event of the first write is published; the removal needs none."""
    put = _put(site, {})
    key = {"inspection_id": {"S": site.mark}, "run": {"S": "live"}}
    client("dynamodb").delete_item(TableName=site.settings.name("inspections"), Key=key)
    return put


def _records(kinds: Kinds) -> None:
    changed: Mapping[str, Mapping[str, Any]] = {
        "no NewImage": {"dynamodb": {"Keys": {}}},
        "an empty NewImage": {"dynamodb": {"NewImage": {}}},
        "NewImage null": {"dynamodb": {"NewImage": None}},
        "NewImage a text": {"dynamodb": {"NewImage": "x"}},
        "NewImage of plain values": {"dynamodb": {"NewImage": {"inspection_id": "x"}}},
        "a value of no type": {"dynamodb": {"NewImage": {"inspection_id": {}}}},
        "a value of two types": {"dynamodb": {"NewImage": {"inspection_id": {"S": "x", "N": "1"}}}},
        "an unknown event": {"eventName": "EXPLODE", "dynamodb": {}},
        "no dynamodb": {"eventName": "INSERT"},
        "dynamodb a list": {"eventName": "INSERT", "dynamodb": []},
        "eventName null": {"eventName": None, "dynamodb": {}},
    }
    for name, changes in changed.items():
        kinds.add(name, _inject, changes={"eventName": "MODIFY", **changes})
    kinds.add("no eventName", _inject, changes={"dynamodb": {}})
    kinds.add("a removal", _inject, changes={"eventName": "REMOVE", "dynamodb": {}}, harmless=True)
    kinds.add(
        "a removal by TTL",
        _inject,
        changes={"eventName": "REMOVE", "userIdentity": REMOVED_BY_TTL},
        harmless=True,
    )


def _inject(site: Site, changes: Mapping[str, Any], *, harmless: bool = False) -> Put:
    site.world.inject({"eventID": site.mark, "eventSource": "aws:dynamodb", **changes})
    return Trace((site.mark,), harmless=harmless)
