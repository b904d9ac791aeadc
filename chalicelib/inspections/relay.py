"""Publish changes of the inspections table as events on the event bus."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.core.describe import describe_error
from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.inspection import Inspection
from chalicelib.inspections.ports import DeadLetterWriter, Publisher

type Change = Mapping[str, Any]
"""One unchanged record of the table's stream."""


def relay_changes(
    changes: Sequence[Change],
    *,
    translate: Callable[[Change], Inspection | None],
    publisher: Publisher,
    dead_letters: DeadLetterWriter,
) -> list[AnyInspectionEvent]:
    """Publish the event of each change; return the published events.

    A record that cannot be translated, or whose event will never be accepted, would block its shard until it expires.
    So the whole record goes to the dead-letter queue with its error, and the others go on. Any other error is raised:
    the stream delivers the batch again, and the events keep their ids.
    """
    translated = list(_translated(changes, translate, dead_letters))
    refused = {id(event): reason for event, reason in publisher.publish([event for event, _ in translated])}
    for event, change in translated:
        if id(event) in refused:
            dead_letters.put(json.dumps(change, default=str), error=refused[id(event)])
    return [event for event, _ in translated if id(event) not in refused]


def _translated(
    changes: Sequence[Change], translate: Callable[[Change], Inspection | None], dead_letters: DeadLetterWriter
) -> Iterator[tuple[AnyInspectionEvent, Change]]:
    for change in changes:
        try:
            inspection = translate(change)
            event = None if inspection is None else event_of(inspection)
        except Exception as error:  # noqa: BLE001 - translation calls no service, so a retry would fail too
            dead_letters.put(json.dumps(change, default=str), error=describe_error(error))
            continue
        if event is not None:
            yield event, change
