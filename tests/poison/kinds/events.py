"""Poison on the queues of events and on the bus: what the relay never publishes."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from tests.pipeline.account import client
from tests.poison.kind import Kind, Kinds, Put, Refused, Site, Trace
from tests.poison.kinds.notifications import BODIES
from tests.poison.kinds.values import NUMBERS, OF_OTHER_TYPES, TEXTS, TIMES, nested, with_raw

QUEUES = ("results", "alerts")
ENVELOPE = ("schema_version", "event_id", "event_type", "occurred_at", "correlation_id", "inspection")
"""Fields of an event without which it cannot be read."""
NEEDED = ("inspection_id", "revision", "project", "line", "key", "size_bytes", "captured_at", "verdict")
CHANGED: Mapping[str, Mapping[str, Any]] = {
    "event type unknown": {"event_type": "ImageTasted"},
    "event type a list": {"event_type": ["ImageInspected"]},
    "schema version 2": {"schema_version": 2},
    "schema version text": {"schema_version": "one"},
    "schema version true": {"schema_version": True},
    "correlation id of 2 kB": {"correlation_id": "c" * 2000},
    "correlation id a number": {"correlation_id": 5},
    "event id empty": {"event_id": ""},
    "event id of 300 kB": {"event_id": "e" * 300_000},
    "inspection null": {"inspection": None},
    "inspection a list": {"inspection": []},
    "inspection a text": {"inspection": "normal"},
}
INSPECTION: Mapping[str, Mapping[str, Any]] = {
    "verdict unknown": {"verdict": "blue"},
    "verdict a list": {"verdict": ["normal"]},
    "run odd": {"run": "../live"},
    "run empty": {"run": ""},
    "run a number": {"run": 3},
    "project with a slash": {"project": "plates/line-1"},
    "line with a slash": {"line": "a/b"},
    "line with two dots": {"line": ".."},
    "line with a newline": {"line": "a\nb"},
    "line empty": {"line": ""},
    "line of 2,000 characters": {"line": "l" * 2000},
    "line not ASCII": {"line": "Linie-七"},
    "camera with a newline": {"camera": "a\nb"},
    "camera of 300 kB": {"camera": "c" * 300_000},
    "another bucket": {"bucket": "somebody-elses"},
    "key without a day, year 1": {"key": "a", "captured_at": "0001-01-01T00:00:00+14:00"},
    "key of the first day": {"key": "images/plates/line-1/cam-1/0001-01-01/a"},
    "key of the last day": {"key": "images/plates/line-1/cam-1/9999-12-31/a"},
    "reason of 900 kB": {"reason": "r" * 900_000, "verdict": "rejected"},
    "reason with a surrogate": {"reason": "\ud800", "verdict": "rejected"},
    "review without a time": {"review_label": "good"},
    "unknown fields": {"colour": "blue"},
}
DETAILS = {"a list": [], "a text": "ImageInspected", "null": None, "a number": 1, "empty": {}}


def kinds() -> Iterator[Kind]:
    """All of them."""
    found: list[Kind] = []
    for queue in QUEUES:
        surface = Kinds(f"{queue} queue", found)
        _whole(surface, queue)
        _envelope(surface, queue)
        _inspection(surface, queue)
    _bus(Kinds("bus", found))
    yield from found


def _whole(kinds: Kinds, queue: str) -> None:
    for name, body in BODIES.items():
        kinds.add(f"body: {name}", lambda site, body=body: site.send(queue, body))
    for name, detail in DETAILS.items():
        kinds.add(f"detail is {name}", lambda site, detail=detail: site.send(queue, site.envelope(detail)))
    kinds.add("no detail", lambda site: site.send(queue, json.dumps({"id": site.mark})))
    kinds.add("the event without its envelope", lambda site: site.send(queue, json.dumps(site.event())))
    kinds.add("detail as text in JSON", lambda site: site.send(queue, site.envelope(json.dumps(site.event()))))
    kinds.add("nested 200,000 deep in a field", lambda site: _raw(site, queue, "reason", nested()))
    kinds.add("nested 200,000 deep beside", lambda site: _raw(site, queue, "unknown", nested()))


def _envelope(kinds: Kinds, queue: str) -> None:
    for field in ENVELOPE:
        kinds.add(f"no {field}", lambda site, field=field: _send(site, queue, _without(site.event(), field)))
    for name, changes in CHANGED.items():
        kinds.add(name, lambda site, changes=changes: _send(site, queue, site.event(**changes)))
    for name, time in TIMES.items():
        kinds.add(f"occurred_at: {name}", lambda site, time=time: _send(site, queue, site.event(occurred_at=time)))


def _inspection(kinds: Kinds, queue: str) -> None:
    for field in NEEDED:
        kinds.add(f"no {field}", lambda site, field=field: _changed(site, queue, {field: ...}))
    for name, changes in INSPECTION.items():
        kinds.add(name, lambda site, changes=changes: _changed(site, queue, changes))
    for name, time in TIMES.items():
        kinds.add(f"captured_at: {name}", lambda site, time=time: _changed(site, queue, {"captured_at": time}))
    for field in ("size_bytes", "revision", "confidence"):
        for name, raw in NUMBERS.items():
            kinds.add(f"{field} {name}", partial(_raw, queue=queue, field=field, raw=raw))
    for name, text in TEXTS.items():
        kinds.add(f"image id: {name}", lambda site, text=text: _changed(site, queue, {"image_id": text}))
        kinds.add(f"inspection id: {name}", lambda site, text=text: _changed(site, queue, {"inspection_id": site.mark + text}))
    for name, value in OF_OTHER_TYPES.items():
        kinds.add(f"project is {name}", lambda site, value=value: _changed(site, queue, {"project": value}))


def _send(site: Site, queue: str, event: Mapping[str, Any]) -> Put:
    return site.send(queue, site.envelope(event))


def _without(event: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != field}


def _event(site: Site, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The event of an image that alerts, with another inspection; a field that is `...` is left out."""
    event = site.event()
    changed = {**event["inspection"], "verdict": "anomalous", **changes}
    return event | {"inspection": {name: value for name, value in changed.items() if value is not ...}}


def _changed(site: Site, queue: str, changes: Mapping[str, Any]) -> Put:
    return _send(site, queue, _event(site, changes))


def _raw(site: Site, queue: str, field: str, raw: str) -> Put:
    event = _event(site, {})
    body = with_raw(event, lambda body, hole: body["inspection"].update({field: hole}), raw)
    return site.send(queue, site.envelope("@detail@").replace('"@detail@"', body))


def _bus(kinds: Kinds) -> None:
    chosen = {name: INSPECTION[name] for name in INSPECTION if not name.startswith(("unknown", "reason of"))}
    for name, changes in chosen.items():
        kinds.add(name, lambda site, changes=changes: _publish(site, _event(site, changes)))
    for name, time in TIMES.items():
        kinds.add(f"captured_at: {name}", lambda site, time=time: _publish(site, _event(site, {"captured_at": time})))
    for name, changes in CHANGED.items():
        kinds.add(name, lambda site, changes=changes: _publish(site, site.event(**changes)))
    kinds.add("an empty detail", lambda site: _publish(site, {}))


def _publish(site: Site, detail: Mapping[str, Any]) -> Put:
    entry = {"EventBusName": site.settings.bus, "Source": "linewatch", "DetailType": "ImageInspected"}
    try:
        answer = client("events").put_events(Entries=[entry | {"Detail": json.dumps({"of": site.mark, **detail})}])
    except Exception as error:  # noqa: BLE001 - the bus's own limits are an end
        return Refused(f"{type(error).__name__}: {error}"[:200])
    return Trace((site.mark,)) if not answer["FailedEntryCount"] else Refused(str(answer["Entries"])[:200])
