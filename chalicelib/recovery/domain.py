"""Bucket, table and lake must agree: what may be missing, and on which days it is looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

AGES = (0, 1, 2, 3, 7, 15, 30)
"""How many days ago the days were that are compared each night.

The fresh ones, because a loss should be found at once; the older ones, because a camera may deliver late, and because
the queue forgets an image that waited there for 14 days.
"""
SETTLED = timedelta(hours=1)
"""What is younger may still be on its way."""
QUEUE_KEEPS = timedelta(days=14)
"""What is older than this waits in the queue no more."""


class Gap(StrEnum):
    """What is missing."""

    INSPECTION = "inspection"
    """An image in the bucket has none: it is announced again."""
    ROW = "row"
    """An inspection in the table has none in the lake, or an older one: its event is published again."""
    ITEM = "item"
    """A row of the lake has none in the table. When its image still exists, that is announced again."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing. `where` is the image's key or the row's folder; `since` is UTC."""

    gap: Gap
    inspection_id: str
    where: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Compared:
    """One piece of a comparison: how much of a day was looked at, what is missing, how many images still wait."""

    day: date | None
    """None for the images whose keys name no day."""
    things: str
    count: int
    missing: Sequence[Missing] = ()
    waiting: int = 0


def nightly_days(today: date) -> list[date]:
    """The days to compare tonight, newest first."""
    return [today - timedelta(days=age) for age in AGES]


def days_between(since: date, until: date) -> list[date]:
    """Every day from `since` to `until`, both included, newest first."""
    return [until - timedelta(days=age) for age in range((until - since).days + 1)]
