"""From changes of the inspections table to facts on the event bus."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.inspection import Inspection
from chalicelib.events import AnyInspectionFact, fact_of
from chalicelib.ports import DeadLetters, EventBus

type Change = Mapping[str, Any]
"""One record of the table's stream, as it came."""


def relay_changes(
    changes: Sequence[Change],
    *,
    translate: Callable[[Change], Inspection | None],
    bus: EventBus,
    dead_letters: DeadLetters,
) -> list[AnyInspectionFact]:
    """Tell the bus what each change means, in order; returns the facts that were told.

    A record that cannot be translated would block its shard until it expires: it goes whole to the dead-letter
    queue, with the cause, and the others go on. A failure of the bus or of that queue is raised: the stream
    delivers the batch again, and its facts keep their ids.
    """
    facts = list(_facts(changes, translate, dead_letters))
    bus.publish(facts)
    return facts


def _facts(
    changes: Sequence[Change], translate: Callable[[Change], Inspection | None], dead_letters: DeadLetters
) -> Iterator[AnyInspectionFact]:
    for change in changes:
        try:
            inspection = translate(change)
            fact = None if inspection is None else fact_of(inspection)
        except Exception as error:  # noqa: BLE001 - translating calls no service: what fails now fails always
            dead_letters.put(json.dumps(change, default=str), cause=f"{type(error).__name__}: {error}")
            continue
        if fact is not None:
            yield fact
