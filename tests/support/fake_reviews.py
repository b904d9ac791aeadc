"""Reviews and the images that they are about, in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.core.inspection import Inspection
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


@dataclass
class FakeStoredImages:
    """Every image is there but those whose keys are in `gone`."""

    gone: set[str] = field(default_factory=set)

    def has(self, inspection: Inspection) -> bool:
        return inspection.key not in self.gone
