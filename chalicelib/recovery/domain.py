"""Reconciliation of bucket, table and lake: what can be missing, and which days are compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from chalicelib.core.unreadable import Unreadable

AGES = (0, 1, 2, 3, 7, 15, 30)
"""The ages, in days, of the days that are compared each night.

Recent days, to find a loss soon; older days, because a camera may upload late, and because the queue deletes a message
after 14 days.
"""
SETTLED = timedelta(hours=1)
"""Anything younger may still be in progress."""
QUEUE_KEEPS = timedelta(days=14)
"""The queue keeps no message longer than this."""


class Gap(StrEnum):
    """What is missing."""

    INSPECTION = "inspection"
    """An image in the bucket has no inspection. The image is announced again."""
    ROW = "row"
    """An inspection in the table has no row in the lake, or only an older one. Its event is published again."""
    ITEM = "item"
    """A row of the lake has no item in the table. If its image still exists, the image is announced again."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One missing inspection, row or item. `where` is the image's key or the row's folder; `since` is UTC."""

    gap: Gap
    inspection_id: str
    where: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A person says that something missing will not come back: which gap of which inspection, why, and when (UTC)."""

    gap: Gap
    inspection_id: str
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Compared:
    """One piece of a comparison: `count` `things` were compared; `missing` are lost, `waiting` images may be queued."""

    day: date | None
    """None for images whose keys have no day."""
    things: str
    count: int
    missing: Sequence[Missing] = ()
    waiting: int = 0
    unreadable: Sequence[Unreadable] = ()
    acknowledged: int = 0
    """What is missing and was acknowledged by a person; it is not in `missing`."""

    @property
    def counts(self) -> dict[str, int]:
        """What this piece adds to the counts of a comparison."""
        return {
            self.things: self.count,
            "missing": len(self.missing),
            "waiting": self.waiting,
            "unreadable": len(self.unreadable),
            "acknowledged": self.acknowledged,
        }


def nightly_days(today: date) -> list[date]:
    """The days to compare each night, newest first."""
    return [today - timedelta(days=age) for age in AGES]


def days_between(since: date, until: date) -> list[date]:
    """Every day from `since` to `until`, both included, newest first."""
    return [until - timedelta(days=age) for age in range((until - since).days + 1)]
