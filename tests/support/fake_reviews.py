"""Reviews in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.core.unreadable import Unreadable
from chalicelib.reviews.domain import Review


@dataclass
class FakeReviews:
    """The present reviews, and those that cannot be read, which come first."""

    stored: list[Review] = field(default_factory=list)
    broken: list[Unreadable] = field(default_factory=list)

    def of_project(self, project: str, since: datetime) -> Iterator[Review | Unreadable]:
        yield from self.broken
        found = (each for each in self.stored if each.project == project and each.reviewed_at >= since)
        yield from sorted(found, key=lambda each: (each.reviewed_at, each.inspection_id))
