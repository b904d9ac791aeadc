"""Which stored images are compared: the newest of the last days, and all that have a review."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from typing import NamedTuple

from chalicelib.core.inspection import Inspection
from chalicelib.core.unreadable import Unreadable
from chalicelib.core.verdict import Label, Verdict
from chalicelib.inspections.ports import InspectionQuery, Inspections
from chalicelib.promotion.domain import JUDGED, Comparison, Plan, Subject, plan_of
from chalicelib.reviews.domain import Review
from chalicelib.reviews.ports import Reviews

EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before all images."""
MEASURED = 100
"""The most inspections whose time is looked at to say how long one takes."""
ASSUMED = 0.2
"""Seconds of a prediction where nothing was inspected yet."""


class Found(NamedTuple):
    """The images to compare, the seconds that one takes, and how many inspections and reviews cannot be read."""

    subjects: list[Subject]
    seconds: float
    unreadable: int

    @property
    def plan(self) -> Plan:
        """How much there is to do."""
        return plan_of(self.subjects, self.seconds, self.unreadable)


@dataclass(frozen=True, slots=True)
class Archive:
    """What was inspected and reviewed."""

    inspections: Inspections
    reviews: Reviews

    def subjects(self, comparison: Comparison) -> Found:
        """The images of a comparison. At most as many inspections are read as it wants images."""
        unreadable: list[Unreadable] = []
        recent = _readable(self._newest_first(comparison), unreadable)
        wanted = (each for each in recent if each.verdict is not Verdict.REJECTED)
        inspected = list(islice(wanted, comparison.images))
        found = {each.inspection_id: _of_inspection(each, comparison) for each in inspected}
        for review in _readable(self.reviews.of_project(comparison.project, EVER), unreadable):
            found[review.inspection_id] = _of_review(review, found.get(review.inspection_id), comparison)
        return Found(list(found.values()), _seconds(inspected), len(unreadable))

    def seconds_of_one(self, project: str, since: datetime, until: datetime) -> float:
        """The mean seconds of the newest `MEASURED` inspections of these times."""
        newest = islice(_readable(self._inspected(project, since, until), []), MEASURED)
        return _seconds(list(newest))

    def _newest_first(self, comparison: Comparison) -> Iterator[Inspection | Unreadable]:
        return self._inspected(comparison.project, comparison.since, comparison.asked_at)

    def _inspected(self, project: str, since: datetime, until: datetime) -> Iterator[Inspection | Unreadable]:
        lines = sorted(line for of, line in self.inspections.lines() if of == project)
        queries = (InspectionQuery(project=project, line=line, since=since, until=until) for line in lines)
        return merge(*map(self.inspections.of_line, queries), key=_captured, reverse=True)


def _seconds(inspected: Sequence[Inspection]) -> float:
    """The mean time of an inspection; `ASSUMED` if there is none."""
    times = [each.inspection_ms / 1000 for each in inspected if each.inspection_ms is not None]
    return sum(times) / len(times) if times else ASSUMED


def _captured(inspection: Inspection | Unreadable) -> datetime:
    """One that cannot be read comes at once."""
    return datetime.max.replace(tzinfo=UTC) if isinstance(inspection, Unreadable) else inspection.captured_at


def _readable[T](things: Iterable[T | Unreadable], unreadable: list[Unreadable]) -> Iterator[T]:
    for each in things:
        if isinstance(each, Unreadable):
            unreadable.append(each)
        else:
            yield each


def _of_inspection(inspection: Inspection, comparison: Comparison) -> Subject:
    return Subject(
        inspection_id=inspection.inspection_id,
        bucket=inspection.bucket,
        key=inspection.key,
        etag=inspection.etag,
        label=None if inspection.review_label is None else Label(inspection.review_label),
        known=_known(inspection.verdict, inspection.model_version, comparison),
    )


def _of_review(review: Review, found: Subject | None, comparison: Comparison) -> Subject:
    known = found.known if found else _known(review.machine_verdict, review.model_version, comparison)
    return Subject(
        inspection_id=review.inspection_id,
        bucket=review.bucket,
        key=review.key,
        etag=review.etag,
        label=review.label,
        known=known,
    )


def _known(verdict: Verdict, model_version: str | None, comparison: Comparison) -> Verdict | None:
    """What the hosted version said when the line inspected the image."""
    return verdict if verdict in JUDGED and model_version == str(comparison.hosted) else None
