"""Inspect the images of each day: announce those without a verdict, wait until all have one, count them, say so.

Each step is stored before the next one begins, and can be repeated: an image that is announced again keeps its verdict,
and an image is counted by the step that moves the cursor past it. So a run may end after any line.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

from chalicelib.core.clock import Clock
from chalicelib.core.events import DayInspected
from chalicelib.core.image import UploadedImage
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.ports import Inspections
from chalicelib.inspections.route import Announcement
from chalicelib.shifts.change import change
from chalicelib.shifts.day import DAY, LATE_DAYS, LONGEST_RUN, opened
from chalicelib.shifts.domain import CalendarRecord, DayRun, EndOfDay, Phase
from chalicelib.shifts.ports import Calendars, DayEvents, DayImages, DesiredHosting, HostingState

PAGE = 2000
"""The most images of a step."""
LONGEST_WORK = timedelta(seconds=20)
"""How long one run of the function works on all days together; the next one goes on."""
MISSING = "missing"


class Overtaken(Exception):
    """Another worker, or a person, has changed the run; it goes on from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What the inspection of days works on. `route` sends images to the queues of their projects."""

    calendars: Calendars
    hosting: DesiredHosting
    images: DayImages
    inspections: Callable[[], Inspections]
    route: Callable[[Sequence[Announcement]], list[Exception | None]]
    bus: DayEvents
    clock: Clock

    def inspect(self) -> Iterator[DayInspected | Exception]:
        """Go on with each project's run; yields the events of those that ended. An error stops no other project."""
        until = self.clock() + LONGEST_WORK
        for record in self.calendars.all():
            if isinstance(record, Unreadable) or record.end_of_day is None:
                continue
            try:
                yield from self._work_on(record, record.end_of_day, until)
            except Overtaken:
                continue
            except Exception as error:  # noqa: BLE001 - the caller raises it, with the others
                yield error

    def _work_on(self, record: CalendarRecord, end: EndOfDay, until: datetime) -> Iterator[DayInspected]:
        run = self._begun(record, end)
        while run is not None and run.phase is not Phase.DONE and self.clock() <= until:
            after = self._step(record.project, end, run)
            if after == run:
                return
            self._store(record.project, run, after)
            if after.phase is Phase.DONE:
                yield _event(record.project, end, after)
            run = after

    def _begun(self, record: CalendarRecord, end: EndOfDay) -> DayRun | None:
        """The run that goes on, or begins now."""
        found = self.hosting.read(record.project)
        if found is None:
            return None
        running = found.state in (HostingState.STARTING, HostingState.HOSTED)
        new = opened(record, end, self.clock(), running=running)
        if new is None:
            return record.day_run
        self._store(record.project, record.day_run, new)
        return new

    def _store(self, project: str, before: DayRun | None, after: DayRun) -> None:
        def make(record: CalendarRecord) -> CalendarRecord:
            if record.day_run != before:
                raise Overtaken
            return replace(record, day_run=after)

        change(project, make, self.calendars)

    def _step(self, project: str, end: EndOfDay, run: DayRun) -> DayRun:
        """The run after one more step; the same one while it has to wait."""
        match run.phase:
            case Phase.ANNOUNCING:
                return self._announced(run, self._page(project, end, run))
            case Phase.COUNTING:
                return self._counted(run, self._page(project, end, run))
            case _:
                self.bus.publish([_event(project, end, run)])
                return replace(run, phase=Phase.DONE)

    def _page(self, project: str, end: EndOfDay, run: DayRun) -> list[UploadedImage]:
        found = self.images.of_days(project, end.prefix, _days(run), run.after)
        return [*islice((each for each in found if run.since < each.uploaded_at <= run.until), PAGE)]

    def _announced(self, run: DayRun, page: Sequence[UploadedImage]) -> DayRun:
        if not page:
            return replace(run, phase=Phase.COUNTING, after="")
        known = self.inspections().verdicts([each.inspection_id for each in page])
        errors = self.route([Announcement([each], None) for each in page if each.inspection_id not in known])
        for error in filter(None, errors):
            raise error
        return replace(run, after=page[-1].key)

    def _counted(self, run: DayRun, page: Sequence[UploadedImage]) -> DayRun:
        """Up to the first image that still has no verdict."""
        if not page:
            return replace(run, phase=Phase.PUBLISHING, ended_at=self.clock())
        known = self.inspections().verdicts([each.inspection_id for each in page])
        late = self.clock() > run.opened_at + LONGEST_RUN
        judged = [*takewhile(lambda each: late or each.inspection_id in known, page)]
        if not judged:
            return run
        counts = Counter(run.counts) + Counter(str(known.get(each.inspection_id, MISSING)) for each in judged)
        return replace(run, after=judged[-1].key, counts=dict(counts))


def _days(run: DayRun) -> list[date]:
    """The days of capture (UTC) that images of this time may have."""
    first, last = (run.since - LATE_DAYS * DAY).date(), (run.until + DAY).date()
    return [first + DAY * number for number in range((last - first).days + 1)]


def _event(project: str, end: EndOfDay, run: DayRun) -> DayInspected:
    return DayInspected.of(
        project,
        prefix=end.prefix,
        since=run.since,
        until=run.until,
        counts=run.counts,
        at=run.ended_at or run.until,
    )
