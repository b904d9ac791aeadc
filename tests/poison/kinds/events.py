"""Poison on the queues of events and on the bus: what the relay never publishes."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.pipeline.account import client
from tests.poison.kind import Kind, Kinds, Put, Refused, Site, Trace
from tests.poison.kinds.notifications import BODIES
from tests.poison.kinds.values import HOLE, NUMBERS, OF_OTHER_TYPES, TEXTS, TIMES, nested, with_raw

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
DETAILS: Mapping[str, Any] = {"a list": [], "a text": "ImageInspected", "null": None, "a number": 1, "empty": {}}


def kinds() -> Iterator[Kind]:
    """All of them."""
    found: list[Kind] = []
    for queue in QUEUES:
        _whole(Kinds(f"{queue} queue, the body", found), queue)
        _envelope(Kinds(f"{queue} queue, the event", found), queue)
        _inspection(Kinds(f"{queue} queue, the inspection", found), queue)
    _bus(Kinds("bus", found))
    yield from found


def _whole(kinds: Kinds, queue: str) -> None:
    for name, body in BODIES.items():
        kinds.add(f"body: {name}", _body, queue=queue, body=body)
    for name, detail in DETAILS.items():
        kinds.add(f"detail is {name}", _detail, queue=queue, detail=lambda _site, detail=detail: detail)
    kinds.add("no detail", _marked, queue=queue)
    kinds.add("the event without its envelope", _bare, queue=queue)
    kinds.add("detail as text in JSON", _detail, queue=queue, detail=lambda site: json.dumps(site.event()))
    kinds.add("nested 200,000 deep in a field", _raw, queue=queue, field="reason", raw=nested())
    kinds.add("nested 200,000 deep beside", _raw, queue=queue, field="unknown", raw=nested())


def _body(site: Site, queue: str, body: str) -> Put:
    return site.send(queue, body)


def _marked(site: Site, queue: str) -> Put:
    return site.send(queue, json.dumps({"id": site.mark}))


def _bare(site: Site, queue: str) -> Put:
    return site.send(queue, json.dumps(site.event()))


def _detail(site: Site, queue: str, detail: Callable[[Site], Any]) -> Put:
    return site.send(queue, site.envelope(detail(site)))


def _envelope(kinds: Kinds, queue: str) -> None:
    for field in ENVELOPE:
        kinds.add(f"no {field}", _event, queue=queue, changes={field: ...})
    for name, changes in CHANGED.items():
        kinds.add(name, _event, queue=queue, changes=changes)
    for name, time in TIMES.items():
        kinds.add(f"occurred_at: {name}", _event, queue=queue, changes={"occurred_at": time})


def _event(site: Site, queue: str, changes: Mapping[str, Any]) -> Put:
    event = {name: value for name, value in site.event(**changes).items() if value is not ...}
    return site.send(queue, site.envelope(event))


def _inspection(kinds: Kinds, queue: str) -> None:
    for field in NEEDED:
        kinds.add(f"no {field}", _changed, queue=queue, changes={field: ...})
    for name, changes in INSPECTION.items():
        kinds.add(name, _changed, queue=queue, changes=changes)
    for name, time in TIMES.items():
        kinds.add(f"captured_at: {name}", _changed, queue=queue, changes={"captured_at": time})
    for field in ("size_bytes", "revision", "confidence"):
        for name, raw in NUMBERS.items():
            kinds.add(f"{field} {name}", _raw, queue=queue, field=field, raw=raw)
    for name, text in TEXTS.items():
        kinds.add(f"image id: {name}", _changed, queue=queue, changes={"image_id": text})
        kinds.add(f"inspection id: {name}", _changed, queue=queue, changes={"inspection_id": text})
    for name, value in OF_OTHER_TYPES.items():
        kinds.add(f"project is {name}", _changed, queue=queue, changes={"project": value})


def _inspected(site: Site, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The event of an image that alerts, with another inspection; a field that is `...` is left out."""
    event = site.event()
    changed = {**event["inspection"], **changes}
    if isinstance(changes.get("inspection_id"), str):
        changed["inspection_id"] = site.mark + changes["inspection_id"]
    return event | {"inspection": {name: value for name, value in changed.items() if value is not ...}}


def _changed(site: Site, queue: str, changes: Mapping[str, Any]) -> Put:
    """Another run than the live one alerts nobody."""
    sent = site.send(queue, site.envelope(_inspected(site, changes)))
    quiet = queue == "alerts" and isinstance(changes.get("run"), str)
    return Trace(harmless=True) if quiet else sent


def _raw(site: Site, queue: str, field: str, raw: str) -> Put:
    return site.send(queue, with_raw(json.loads(site.envelope(_inspected(site, {field: HOLE}))), raw))


def _bus(kinds: Kinds) -> None:
    for name, changes in INSPECTION.items():
        if not name.startswith(("unknown", "reason of")):
            kinds.add(name, _publish, changes=changes)
    for name, time in TIMES.items():
        kinds.add(f"captured_at: {name}", _publish, changes={"captured_at": time})
    for name, changes in CHANGED.items():
        kinds.add(name, _publish, of_event=changes)
    kinds.add("an empty inspection", _publish, of_event={"inspection": {}})


def _publish(site: Site, changes: Mapping[str, Any] | None = None, of_event: Mapping[str, Any] | None = None) -> Put:
    """Only rules read the bus. What has no inspection matches none, and another run than the live one alerts nobody."""
    entry = {"EventBusName": site.settings.bus, "Source": "linewatch", "DetailType": "ImageInspected"}
    detail = {"of": site.mark, **_inspected(site, changes or {}), **(of_event or {})}
    try:
        answer = client("events").put_events(Entries=[entry | {"Detail": json.dumps(detail)}])
    except Exception as error:  # noqa: BLE001 - the bus's own limits are an end
        return Refused(f"{type(error).__name__}: {error}"[:200])
    if answer["FailedEntryCount"]:
        return Refused(str(answer["Entries"])[:200])
    inspection = detail["inspection"]
    quiet = not inspection or not isinstance(inspection, dict) or isinstance((changes or {}).get("run"), str)
    return Trace(harmless=True) if quiet else Trace((site.mark,))
