"""All kinds of poison, by surface."""

from tests.poison.kind import Kind
from tests.poison.kinds import (
    access,
    bucket,
    dead_letters,
    events,
    items,
    lake,
    ledger,
    manifests,
    notifications,
    schedules,
    trainings,
)

KINDS: tuple[Kind, ...] = tuple(
    kind
    for surface in (
        notifications,
        events,
        items,
        ledger,
        access,
        lake,
        bucket,
        manifests,
        dead_letters,
        schedules,
        trainings,
    )
    for kind in surface.kinds()
)
"""In an order that does not change from one process to another."""
