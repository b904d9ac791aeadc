"""From changes of the inspections table to events on the event bus."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.inspection import Inspection
from chalicelib.inspections.ports import DeadLetterWriter, EventBus

type Change = Mapping[str, Any]
"""One record of the table's stream, as it came."""


def relay_changes(
    changes: Sequence[Change],
    *,
    translate: Callable[[Change], Inspection | None],
    bus: EventBus,
    dead_letters: DeadLetterWriter,
) -> list[AnyInspectionEvent]:
    """Publish what each change means, in order; returns the events that were published.

    A record that cannot be translated would block its shard until it expires: it goes whole to the dead-letter
    queue, with the error, and the others go on. A failure of the bus or of that queue is raised: the stream
    delivers the batch again, and its events keep their ids.
    """
    events = list(_events(changes, translate, dead_letters))
    bus.publish(events)
    return events


def _events(
    changes: Sequence[Change], translate: Callable[[Change], Inspection | None], dead_letters: DeadLetterWriter
) -> Iterator[AnyInspectionEvent]:
    for change in changes:
        try:
            inspection = translate(change)
            event = None if inspection is None else event_of(inspection)
        except Exception as error:  # noqa: BLE001 - translating calls no service: what fails now fails always
            dead_letters.put(json.dumps(change, default=str), error=f"{type(error).__name__}: {error}")
            continue
        if event is not None:
            yield event
