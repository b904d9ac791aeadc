"""Store events as rows of the lake."""

from collections import defaultdict
from collections.abc import Sequence

from chalicelib.core.errors import UnwritableEvents
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.lake.domain import Partition
from chalicelib.lake.ports import Lake


def archive(events: Sequence[AnyInspectionEvent], *, lake: Lake) -> list[Exception | None]:
    """Store one row for each event, in one file for each partition.

    Return for each event, in order, None or the error. An event that cannot be a row, and a partition that fails, do
    not affect the others. Events may come in any order and more than once: the view `current` and compaction keep only
    the newest row of an inspection.
    """
    outcomes: list[Exception | None] = [None] * len(events)
    positions = defaultdict(list)
    for position, event in enumerate(events):
        try:
            positions[Partition.of(event.inspection)].append(position)
        except Exception as error:  # noqa: BLE001 - returned as the outcome of this event
            outcomes[position] = error
    for partition, members in positions.items():
        for position, failure in _written(partition, members, events, lake).items():
            outcomes[position] = failure
    return outcomes


def _written(
    partition: Partition, members: Sequence[int], events: Sequence[AnyInspectionEvent], lake: Lake
) -> dict[int, Exception]:
    """Write a partition; the errors by the events' positions. What cannot be a row is left out of a second attempt."""
    try:
        lake.write(partition, [events[position] for position in members])
    except UnwritableEvents as unwritable:
        errors = {at: unwritable.errors[id_] for at in members if (id_ := events[at].event_id) in unwritable.errors}
        rest = [position for position in members if position not in errors]
        if not errors:
            return dict.fromkeys(members, unwritable)
        return errors | (_written(partition, rest, events, lake) if rest else {})
    except Exception as error:  # noqa: BLE001 - returned as the outcome of each of its events
        return dict.fromkeys(members, error)
    return {}
