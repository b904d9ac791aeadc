"""Reviews, the images that they are about, and what a sample asks for, in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.core.inspection import Inspection
from chalicelib.core.unreadable import Unreadable
from chalicelib.reviews.domain import Review
from chalicelib.shifts.domain import ReviewPlan


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


@dataclass
class FakeSampling:
    """What a project has set; asks for the parts with the ids in `asked`, each drawn in the shift that begins then."""

    setting: ReviewPlan = field(default_factory=ReviewPlan)
    asked: dict[str, datetime] = field(default_factory=dict)
    found: list[Inspection | Unreadable] = field(default_factory=list)

    def of_part(self, inspection: Inspection) -> tuple[ReviewPlan, datetime | None]:
        return self.setting, self.asked.get(inspection.inspection_id)

    def waiting(self, project: str, since: datetime, until: datetime) -> Iterator[Inspection | Unreadable]:
        for each in self.found:
            if isinstance(each, Unreadable) or since <= each.captured_at <= until:
                yield each
