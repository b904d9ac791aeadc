"""Odd events for the scheduled functions, which need nothing of them."""

from collections.abc import Iterator
from typing import Any

from tests.pipeline.world import SCHEDULED
from tests.poison.kind import Kind, Kinds, Put, Refused, Site, Trace

HANDLERS = ("reconcile", "compact_lake", "send_digests", "fail_overdue_trainings")
EVENTS: dict[str, Any] = {
    "empty": {},
    "detail null": {**SCHEDULED, "detail": None},
    "detail a list": {**SCHEDULED, "detail": [1]},
    "detail of 200 kB": {**SCHEDULED, "detail": {"x": "y" * 200_000}},
    "time odd": {**SCHEDULED, "time": "yesterday"},
    "no time": {name: value for name, value in SCHEDULED.items() if name != "time"},
    "another source": {**SCHEDULED, "source": "a.person", "detail-type": 7},
    "records of a queue": {"Records": [{"body": "x"}]},
}


def kinds() -> Iterator[Kind]:
    """All of them."""
    found: list[Kind] = []
    surface = Kinds("schedules", found)
    for handler in HANDLERS:
        for name, event in EVENTS.items():
            surface.add(f"{handler}: {name}", _run, handler=handler, event=event)
    yield from found


def _run(site: Site, handler: str, event: Any) -> Put:
    """The function runs as ever, or fails for all to see."""
    error = site.world.run(handler, event)
    return Trace(harmless=True) if error is None else Refused(f"{handler} failed: {error!r}"[:200])
