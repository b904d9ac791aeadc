"""Poison in the tables of alerts: windows that cannot be read or never close, claims that cannot be read."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from chalicelib.alerts.domain import Span, Window
from chalicelib.alerts.dynamodb import _window_item
from chalicelib.core.events import event_of
from chalicelib.core.inspection import Verdict
from tests.poison.kind import Kind, Kinds, Put, Site, Trace
from tests.support.builders import NOON

BODIES = {
    "not JSON": "open",
    "null": "null",
    "a list": "[]",
    "an empty dict": "{}",
    "empty": "",
    "nested 100,000 deep": "[" * 100_000 + "]" * 100_000,
    "390 kB": "x" * 390_000,
}
CHANGED: Mapping[str, Any] = {
    "kind unknown": {"counts": {"blue": 1}},
    "counts a list": {"counts": [1]},
    "counts negative": {"counts": {"anomalous": -1}},
    "counts text": {"counts": {"anomalous": "many"}},
    "counts 2**70": {"counts": {"anomalous": 2**70}},
    "verdict unknown": {"verdicts": ["blue"]},
    "cameras a text": {"cameras": "cam-1"},
    "cameras of 200 kB": {"cameras": ["c" * 200_000]},
    "cameras not ASCII": {"cameras": ["Kamera-七"]},
    "examples null": {"examples": None},
    "an example of 300 kB": {"examples": ["e" * 300_000]},
    "revision text": {"revision": "first"},
    "revision not that of the item": {"revision": 70},
    "opened by another": {"opened_by": "another"},
    "no opened_by": {"opened_by": ...},
    "no span": {"span": ...},
    "held for ever": {"held_until": "9999-12-31T23:59:59Z"},
    "held until a word": {"held_until": "soon"},
    "first captured in the year 1": {"first_captured_at": "0001-01-01T00:00:00+14:00"},
    "last captured at the end of 9999": {"last_captured_at": "9999-12-31T23:59:59.999999-14:00"},
    "captured without an offset": {"first_captured_at": "2026-03-14T12:00:00"},
    "confidence NaN": {"lowest_confidence": "NaN"},
    "confidence text": {"lowest_confidence": "low"},
    "an unknown field": {"colour": "blue"},
}
SPANS: Mapping[str, Any] = {
    "length negative": {"length": "-PT5M"},
    "length of a million years": {"length": "P365000000D"},
    "length text": {"length": "long"},
    "opened in the year 1": {"opens_at": "0001-01-01T00:00:00Z"},
    "opened at the end of 9999": {"opens_at": "9999-12-31T23:59:59Z"},
    "opened without an offset": {"opens_at": "2026-03-14T12:00:00"},
    "project of 300 kB": {"project": "p" * 300_000},
    "line with a newline": {"line": "a\nb"},
}
COLUMNS: Mapping[str, Mapping[str, Any]] = {
    "no body": {"body": None},
    "body a number": {"body": {"N": "1"}},
    "body bytes": {"body": {"B": b"\xff"}},
    "closes_at a number": {"closes_at": {"N": "1"}},
    "closes_at empty": {"closes_at": {"S": ""}},
    "closes_at a word": {"closes_at": {"S": "someday"}},
    "closes_at 9999": {"closes_at": {"S": "9999-12-31T23:59:59.000000+00:00"}},
    "no closes_at": {"closes_at": None},
    "no opened_by": {"opened_by": None},
    "revision text": {"revision": {"S": "first"}},
}
CLAIMS: Mapping[str, Mapping[str, Any]] = {
    "state unknown": {"state": {"S": "lost"}},
    "no state": {"state": None},
    "state a number": {"state": {"N": "1"}},
    "held_until a word": {"held_until": {"S": "soon"}},
    "held_until without an offset": {"held_until": {"S": "2026-03-14T12:00:00"}},
    "held for ever": {"held_until": {"S": "9999-12-31T23:59:59.000000+00:00"}},
    "held since the year 1": {"held_until": {"S": "0001-01-01T00:00:00.000000+00:00"}},
    "no held_until": {"held_until": None},
    "only its key": {"held_until": None, "state": None},
}


def kinds() -> Iterator[Kind]:
    """All of them."""
    found: list[Kind] = []
    windows, claims = Kinds("alert windows", found), Kinds("alert claims", found)
    for name, body in BODIES.items():
        windows.add(f"body {name}", _window, body=body)
    for name, changes in CHANGED.items():
        windows.add(name, _window, changes=changes)
    for name, changes in SPANS.items():
        windows.add(f"span: {name}", _window, span=changes)
    for name, columns in COLUMNS.items():
        windows.add(f"item: {name}", _window, columns=columns)
    windows.add("a closed window that only the next alert meets", _met)
    for name, columns in CLAIMS.items():
        claims.add(name, _claim, columns=columns)
    yield from found


def _item(site: Site, changes: Mapping[str, Any], span: Mapping[str, Any]) -> dict[str, Any]:
    """The item of a window that counted one alert about this kind's image, changed."""
    opened = Window(
        span=Span(site.mark, "line-1", NOON - timedelta(minutes=5), timedelta(minutes=5)), opened_by=site.mark
    )
    item: dict[str, Any] = _window_item(opened)
    body = json.loads(item["body"]["S"])
    body |= {
        "counts": {"anomalous": 1},
        "cameras": [site.mark],
        "verdicts": ["anomalous"],
        "examples": [site.mark],
        **changes,
    }
    if "span" not in changes:
        body["span"] |= span
    text = json.dumps({name: value for name, value in body.items() if value is not ...})
    return {**item, "body": {"S": text}}


def _window(
    site: Site,
    body: str | None = None,
    changes: Mapping[str, Any] | None = None,
    span: Mapping[str, Any] | None = None,
    columns: Mapping[str, Any] | None = None,
) -> Put:
    item = (
        _item(site, changes or {}, span or {}) | ({} if body is None else {"body": {"S": body}}) | dict(columns or {})
    )
    return site.put_item("alert-windows", {name: value for name, value in item.items() if value is not None})


def _met(site: Site) -> Put:
    """The window of the present span of this line is unreadable when an alert is to be counted in it."""
    inspection = site.inspection(verdict=Verdict.ANOMALOUS, project=site.mark)
    now = site.world.now()
    for following in range(12):
        span = Span.around(now + timedelta(minutes=5 * following), inspection, timedelta(minutes=5))
        item: dict[str, Any] = {
            "window": {"S": span.name},
            "closes_at": {"S": span.closes_at.isoformat()},
            "body": {"S": "{"},
        }
        site.put_item("alert-windows", item)
    return _alert(site, project=site.mark)


def _claim(site: Site, columns: Mapping[str, Any]) -> Put:
    """The claim of an alert, changed, which comes again."""
    event = event_of(site.inspection(verdict=Verdict.ANOMALOUS))
    item = {"alert_id": {"S": event.event_id}, "state": {"S": "held"}, "held_until": {"S": NOON.isoformat()}, **columns}
    site.put_item("alert-claims", {name: value for name, value in item.items() if value is not None})
    return _alert(site)


def _alert(site: Site, **changes: Any) -> Put:
    """The event of a defect on the queue of alerts."""
    event = event_of(site.inspection(verdict=Verdict.ANOMALOUS, **changes))
    sent = site.send("alerts", site.envelope(event.model_dump(mode="json")))
    assert isinstance(sent, Trace)
    return sent
