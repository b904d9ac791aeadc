"""Poison in the dead-letter queues, which operators list and send again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.poison.kind import Kind, Kinds, Put, Site, Trace

QUEUES = ("inspection-dlq", "unreadable-dlq", "relay-dlq", "stream-dlq", "results-dlq", "alerts-dlq", "events-dlq")
BODIES = {
    "not JSON": "@",
    "a list": '["@"]',
    "a text": '"@"',
    "nested 200,000 deep": '["@", ' + "[" * 200_000 + "]" * 200_001,
    "900 kB": "@" + "x" * 900_000,
    "a byte order mark": '\ufeff{"@": 1}',
    "a surrogate": '{"@": "\\ud800"}',
}
"""With the name of the queue for `@`."""
ATTRIBUTES: Mapping[str, Mapping[str, Any]] = {
    "cause bytes": {"cause": {"DataType": "Binary", "BinaryValue": b"\xff\x00"}},
    "cause a number": {"cause": {"DataType": "Number", "StringValue": "7"}},
    "cause of another type": {"cause": {"DataType": "String.odd", "StringValue": "odd"}},
    "cause of 100 kB": {"cause": {"DataType": "String", "StringValue": "c" * 100_000}},
    "bytes beside": {"picture": {"DataType": "Binary", "BinaryValue": b"\x89PNG"}},
    "ERROR_CODE alone": {"ERROR_CODE": {"DataType": "String", "StringValue": "NO_PERMISSIONS"}},
    "ERROR_CODE bytes": {"ERROR_CODE": {"DataType": "Binary", "BinaryValue": b"\1"}},
    "TARGET_ARN odd": {"TARGET_ARN": {"DataType": "String", "StringValue": "arn:::::"}},
}


def kinds() -> Iterator[Kind]:
    """All of them."""
    found: list[Kind] = []
    surface = Kinds("dead letters", found)
    for queue in QUEUES:
        for name, body in BODIES.items():
            surface.add(f"{queue}, body {name}", _send, queue=queue, body=body.replace("@", queue))
        for name, attributes in ATTRIBUTES.items():
            surface.add(f"{queue}, {name}", _marked, queue=queue, attributes=attributes)
    yield from found


def _send(site: Site, queue: str, body: str) -> Put:
    return _unexplained(site, site.send(queue, body))


def _marked(site: Site, queue: str, attributes: Mapping[str, Any]) -> Put:
    return _unexplained(site, site.send(queue, json.dumps({"of": site.mark}), **attributes))


def _unexplained(site: Site, put: Put) -> Put:
    """All dead letters are to be sent again once."""
    site.world.redriven = True
    return replace(put, unexplained=True) if isinstance(put, Trace) else put
