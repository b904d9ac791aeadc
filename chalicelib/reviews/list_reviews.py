"""List what people have reviewed, or what waits for a review."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Forbidden, InvalidRequest
from chalicelib.core.inspection import Inspection
from chalicelib.core.unreadable import Unreadable
from chalicelib.core.validation import Id, Moment
from chalicelib.inspections.domain import ReviewList, last_words, review_position
from chalicelib.inspections.ports import Inspections, ListQuery
from chalicelib.inspections.search import times_of
from chalicelib.reviews.ports import Sampling

LONGEST = timedelta(days=366)
USUAL = timedelta(days=7)
LARGEST_LIMIT = 200
"""The most inspections of one page: with the longest texts it stays below the 6 MB of a Lambda answer."""
READ_AT_MOST = 10_000
"""The most inspections that one page reads while it filters."""


@dataclass(frozen=True, slots=True)
class ListCursor:
    """Where a page ended: the list, and the position on it."""

    on: ReviewList
    at: datetime
    inspection_id: str

    @classmethod
    def of(cls, on: ReviewList, inspection: Inspection) -> "ListCursor":
        """The cursor of a page that ends with this inspection."""
        return cls(on, *(_of_sample if on is ReviewList.SAMPLE else review_position)(inspection))


class ReviewSearch(BaseModel):
    """Which inspections of a project to list. The times limit the review or, of what waits, the capture."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project: Id | None = None
    line: Id | None = None
    camera: Id | None = None
    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_LIMIT)] = 50

    def matches(self, inspection: Inspection) -> bool:
        """Whether the inspection has the requested line and camera."""
        return self.line in {None, inspection.line} and self.camera in {None, inspection.camera}


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Inspections with the list of each. `end` is where the next page starts; None on the last page.

    `unreadable` are stored inspections that could not be read; they are left out of the others.
    """

    found: list[tuple[ReviewList, Inspection]]
    end: ListCursor | None
    unreadable: list[Unreadable] = field(default_factory=list)


def list_reviews(
    search: ReviewSearch,
    grant: Grant,
    *,
    lists: Sequence[ReviewList],
    after: ListCursor | None,
    inspections: Inspections,
    sampling: Sampling,
    clock: Clock,
) -> ReviewPage:
    """One page of these lists, one list after the other, each newest first; only what the key covers.

    What waits for a second person is not listed for the first one.

    A page has fewer than `limit` inspections only if no more match, or if it would read more than `READ_AT_MOST`; then
    `end` is set. `Forbidden` or `InvalidRequest` says why there is no page.
    """
    if search.project not in {None, grant.project}:
        raise Forbidden(f"this key does not cover project {search.project}; it covers {grant.scope}")
    since, until = times_of(search.since, search.until, clock(), usual=USUAL, longest=LONGEST)
    if after is not None and not (after.on in lists and since <= after.at <= until):
        raise InvalidRequest(("cursor", "belongs to another search: start again without a cursor"))
    queries = [ListQuery(project=grant.project, on=on, since=since, until=until) for on in lists]
    return _page(_entries(queries, after, Lists(inspections, sampling)), search, grant, after)


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists that are stored, and that of the sample, which is worked out."""

    inspections: Inspections
    sampling: Sampling

    def of_list(self, query: ListQuery, after: tuple[datetime, str] | None) -> Iterator[Inspection | Unreadable]:
        """As of `Inspections`, newest first."""
        if query.on is not ReviewList.SAMPLE:
            yield from self.inspections.of_list(query, after)
            return
        found: list[Inspection] = []
        for each in self.sampling.waiting(query.project, query.since, query.until):
            if isinstance(each, Unreadable):
                yield each
            elif after is None or _of_sample(each) < after:
                found.append(each)
        yield from sorted(found, key=_of_sample, reverse=True)


def _of_sample(inspection: Inspection) -> tuple[datetime, str]:
    return inspection.captured_at, inspection.inspection_id


def _entries(
    queries: Sequence[ListQuery], after: ListCursor | None, lists: Lists
) -> Iterator[tuple[ReviewList, Inspection | Unreadable]]:
    begun = after is None
    for query in queries:
        here = after is not None and after.on is query.on
        begun = begun or here
        if begun:
            position = (after.at, after.inspection_id) if after is not None and here else None
            yield from ((query.on, each) for each in lists.of_list(query, position))


def _page(
    entries: Iterator[tuple[ReviewList, Inspection | Unreadable]],
    search: ReviewSearch,
    grant: Grant,
    after: ListCursor | None,
) -> ReviewPage:
    found: list[tuple[ReviewList, Inspection]] = []
    unreadable: list[Unreadable] = []
    end = after
    for read, (on, each) in enumerate(entries):
        if isinstance(each, Unreadable):
            unreadable.append(each)
            continue
        enough = read >= READ_AT_MOST and end != after  # a page that ends where it began would be the last one
        if len(found) == search.limit or enough:
            return ReviewPage(found, end, unreadable)
        if search.matches(each) and _is_for(grant, on, each):
            found.append((on, each))
        end = ListCursor.of(on, each)
    return ReviewPage(found, None, unreadable)


def _is_for(grant: Grant, on: ReviewList, inspection: Inspection) -> bool:
    covers = grant.covers(project=inspection.project, line=inspection.line, camera=inspection.camera)
    own = any(each.reviewed_by == grant.key_id for each in last_words(inspection.answers))
    return covers and not (on is ReviewList.SECOND and own)
