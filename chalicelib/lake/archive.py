"""From events to rows of the lake."""

from collections import defaultdict
from collections.abc import Sequence

from chalicelib.core.events import AnyInspectionEvent
from chalicelib.lake.domain import Partition
from chalicelib.lake.ports import Lake


def archive(events: Sequence[AnyInspectionEvent], *, lake: Lake) -> list[Exception | None]:
    """Store one row a event, one file a partition; returns for each event, in order, None or why it is not stored.

    A partition that fails harms no other. Facts may come in any order and again: the lake's `current` view and
    compaction count each inspection once, with its newest row.
    """
    outcomes: list[Exception | None] = [None] * len(events)
    positions = defaultdict(list)
    for position, event in enumerate(events):
        positions[Partition.of(event.inspection)].append(position)
    for partition, own in positions.items():
        try:
            lake.write(partition, [events[position] for position in own])
        except Exception as error:  # noqa: BLE001 - returned as the outcome of each of its events
            for position in own:
                outcomes[position] = error
    return outcomes
