"""All reviews of a project, for who learns from them."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.core.clock import MOST_AHEAD, Clock
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.domain import ReviewList
from chalicelib.inspections.ports import Inspections, ListQuery
from chalicelib.reviews.domain import Review


class ReviewsOfInspections:
    """The reviews that the table of inspections has."""

    def __init__(self, inspections: Inspections, clock: Clock) -> None:
        self._inspections = inspections
        self._clock = clock

    def of_project(self, project: str, since: datetime) -> Iterator[Review | Unreadable]:
        """One query. A review of the last second may be missing, and comes with the next one."""
        until = self._clock() + MOST_AHEAD
        query = ListQuery(project=project, on=ReviewList.REVIEWED, since=since, until=until, oldest_first=True)
        for each in self._inspections.of_list(query):
            yield each if isinstance(each, Unreadable) else Review.of(each)
