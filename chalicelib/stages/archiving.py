"""From facts to rows of the lake."""

from collections import defaultdict
from collections.abc import Sequence

from chalicelib.domain.lake import Partition
from chalicelib.events import AnyInspectionFact
from chalicelib.ports import Lake


def archive(facts: Sequence[AnyInspectionFact], *, lake: Lake) -> list[Exception | None]:
    """Store one row a fact, one file a partition; returns for each fact, in order, None or why it is not stored.

    A partition that fails harms no other. Facts may come in any order and again: the lake's `current` view and
    compaction count each inspection once, with its newest row.
    """
    outcomes: list[Exception | None] = [None] * len(facts)
    positions = defaultdict(list)
    for position, fact in enumerate(facts):
        positions[Partition.of(fact.inspection)].append(position)
    for partition, its in positions.items():
        try:
            lake.write(partition, [facts[position] for position in its])
        except Exception as error:  # noqa: BLE001 - returned as the outcome of each of its facts
            for position in its:
                outcomes[position] = error
    return outcomes
