"""The store of reviews for who learns from them, and what a review needs of the bucket."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from chalicelib.core.inspection import Inspection
from chalicelib.core.unreadable import Unreadable
from chalicelib.reviews.domain import Review
from chalicelib.shifts.domain import ReviewPlan


class Reviews(Protocol):
    """The present reviews of all inspections."""

    def of_project(self, project: str, since: datetime) -> Iterator[Review | Unreadable]:
        """The reviews of a project that were made at `since` or later, oldest first, read lazily.

        An inspection that is answered again has one review, the last, at its new time.
        """
        ...


class Sampling(Protocol):
    """What a project has set, and which parts its random sample asks for."""

    def of_part(self, inspection: Inspection) -> tuple[ReviewPlan, datetime | None]:
        """What the part's project has set, and the begin of the shift whose draw asks for it, None if none does."""
        ...

    def waiting(self, project: str, since: datetime, until: datetime) -> Iterator[Inspection | Unreadable]:
        """The drawn parts that nobody has looked at for the sample, captured from `since` until `until`."""
        ...


class StoredImages(Protocol):
    """The bucket's images."""

    def has(self, inspection: Inspection) -> bool:
        """Whether the inspected image is still there: not deleted, and not replaced by another one."""
        ...
