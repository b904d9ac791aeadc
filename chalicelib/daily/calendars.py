"""The shifts of a project's day, from its shift calendar."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.aws.observability import log_unreadable
from chalicelib.core.errors import UnreadableRecord
from chalicelib.daily.domain import PlantDay
from chalicelib.shifts.domain import Shift
from chalicelib.shifts.plan import plan_between
from chalicelib.shifts.ports import CalendarFiles, Calendars


@dataclass(frozen=True, slots=True)
class CalendarShifts:
    """The shifts, as `follow_calendars` sees them. Each project's day is worked out once."""

    calendars: Calendars
    files: CalendarFiles
    _known: dict[tuple[str, PlantDay], Sequence[Shift]] = field(default_factory=dict)

    def of(self, project: str, day: PlantDay) -> Sequence[Shift]:
        """The shifts that are at any time of the day. A calendar that cannot be read is logged, and is as none."""
        if (project, day) not in self._known:
            try:
                self._known[project, day] = self._read(project, day)
            except UnreadableRecord as error:
                log_unreadable([error.unreadable])
                self._known[project, day] = ()
        return self._known[project, day]

    def _read(self, project: str, day: PlantDay) -> Sequence[Shift]:
        revision = self.calendars.find(project).revision
        if revision is None:
            return ()
        plan = plan_between(self.files.read(project, revision), day.start - timedelta(days=1), day.end)
        return [shift for shift in plan.shifts if shift.end > day.start and shift.start < day.end]
