"""The random sample: which parts of each shift people look at. There is nothing to store: all is worked out again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nsmallest

from chalicelib.aws.observability import log_unreadable, readable
from chalicelib.core.clock import Clock
from chalicelib.core.errors import UnreadableRecord
from chalicelib.core.inspection import Inspection
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.domain import ReviewList, counted, last_words, review_list_of
from chalicelib.inspections.draw_number import LATEST, draw_number, takes_part
from chalicelib.inspections.ports import InspectionQuery, Inspections
from chalicelib.reviews.periods import LONGEST_PERIOD, Period, days, periods_of_calendar
from chalicelib.shifts.domain import CalendarRecord, ReviewPlan, Zone
from chalicelib.shifts.ports import CalendarFiles, Calendars

MOST_KEPT = 500
"""Draws of past periods that a worker keeps: they never change."""
LONGEST = timedelta(days=31)
"""How far back parts are asked for."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A period whose draw is final, and the parts that it asks for."""

    period: Period
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sampling:
    """Draws the parts of each shift: of those that the machine passed in it, the ones with the smallest numbers."""

    calendars: Calendars
    files: CalendarFiles
    inspections: Inspections
    clock: Clock
    _kept: dict[tuple[str, Period, int], tuple[str, ...]] = field(default_factory=dict)

    def drawn(self, project: str, since: datetime, until: datetime) -> tuple[ReviewPlan, list[Drawn]]:
        """What the project has set, and the periods that begin from `since` until before `until` and are over.

        The periods are those of the last 31 days at most, oldest first; none if the sample is off.
        """
        record, now = self.calendars.find(project), self.clock()
        plan = record.review_plan
        if not plan.on:
            return plan, []
        over = (each for each in self._periods(record, max(since, now - LONGEST), until) if each.is_over(now))
        return plan, [Drawn(each, self._parts(project, each, plan.parts)) for each in over]

    def of_part(self, inspection: Inspection) -> tuple[ReviewPlan, datetime | None]:
        """What the project has set, and the begin of the period whose draw asks for this part.

        None if no draw does, or while the period is not over.
        """
        record = self.calendars.find(inspection.project)
        asked_for = record.review_plan.on and takes_part(inspection)
        return record.review_plan, self._drawn_in(inspection, record) if asked_for else None

    def _drawn_in(self, inspection: Inspection, record: CalendarRecord) -> datetime | None:
        at = inspection.inspected_at
        for each in self._periods(record, at - LONGEST_PERIOD, at + timedelta(microseconds=1)):
            if each.start <= at < each.end and each.is_over(self.clock()):
                parts = self._parts(record.project, each, record.review_plan.parts)
                return each.start if inspection.inspection_id in parts else None
        return None

    def waiting(self, project: str, since: datetime, until: datetime) -> Iterator[Inspection | Unreadable]:
        """The drawn parts that nobody has looked at for the sample, captured from `since` until `until`."""
        _, drawn = self.drawn(project, since - LATEST, until + LATEST)
        asked = [part for each in drawn for part in each.parts]
        for each in self.inspections.of_ids(asked):
            if isinstance(each, Unreadable) or (since <= each.captured_at <= until and waits_for_sample(each)):
                yield each

    def _periods(self, record: CalendarRecord, since: datetime, until: datetime) -> Iterator[Period]:
        if record.revision is not None:
            try:
                yield from periods_of_calendar(self.files.read(record.project, record.revision), since, until)
            except UnreadableRecord as error:
                log_unreadable([error.unreadable])
            return
        zone = Zone("UTC" if record.end_of_day is None else record.end_of_day.zone)
        yield from days(zone, since, until)

    def _parts(self, project: str, period: Period, parts: int) -> tuple[str, ...]:
        key = (project, period, parts)
        if key not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = self._draw(project, period, parts)
        return self._kept[key]

    def _draw(self, project: str, period: Period, parts: int) -> tuple[str, ...]:
        """From the listed numbers if they are enough. Otherwise the shift is small, and all of its parts are read."""
        listed = list(readable(self.inspections.small_numbers(project, period.start, period.end)))
        found = listed if len(listed) >= parts else list(self._all(project, period))
        return tuple(name for name, _ in nsmallest(parts, found, key=lambda each: draw_number(*each)))

    def _all(self, project: str, period: Period) -> Iterator[tuple[str, datetime]]:
        for line in self.inspections.lines_of(project):
            query = InspectionQuery(project=project, line=line, since=period.start - LATEST, until=period.end)
            for each in readable(self.inspections.of_line(query)):
                if takes_part(each) and period.start <= each.inspected_at < period.end:
                    yield each.inspection_id, each.inspected_at


def waits_for_sample(inspection: Inspection) -> bool:
    """Whether a drawn part has no answer for the sample, and is on no other list of what waits."""
    return review_list_of(inspection) in {None, ReviewList.REVIEWED} and not is_looked_at(inspection)


def is_looked_at(inspection: Inspection) -> bool:
    """Whether what people say of a drawn part counts, and was said after it was drawn."""
    answers = last_words(inspection.answers)
    return counted(inspection.answers) is not None and any(each.drawn_in for each in answers)
