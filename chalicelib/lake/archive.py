"""Store events as rows of the lake."""

from collections import defaultdict
from collections.abc import Sequence

from chalicelib.core.events import AnyInspectionEvent
from chalicelib.lake.domain import Partition
from chalicelib.lake.ports import Lake


def archive(events: Sequence[AnyInspectionEvent], *, lake: Lake) -> list[Exception | None]:
    """Store one row for each event, in one file for each partition.

    Return for each event, in order, None or the error. A partition that fails does not affect the others. Events may
    come in any order and more than once: the view `current` and compaction keep only the newest row of an inspection.
    """
    outcomes: list[Exception | None] = [None] * len(events)
    positions = defaultdict(list)
    for position, event in enumerate(events):
        positions[Partition.of(event.inspection)].append(position)
    for partition, members in positions.items():
        try:
            lake.write(partition, [events[position] for position in members])
        except Exception as error:  # noqa: BLE001 - returned as the outcome of each of its events
            for position in members:
                outcomes[position] = error
    return outcomes
