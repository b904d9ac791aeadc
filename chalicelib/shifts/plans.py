"""The plans of calendars, each worked out once a day and revision in a worker."""

from dataclasses import dataclass, field
from datetime import date, datetime

from chalicelib.shifts.domain import CalendarRecord
from chalicelib.shifts.plan import Plan, plan
from chalicelib.shifts.ports import CalendarFiles


@dataclass(slots=True)
class Plans:
    """Keeps the newest plan of each project, and nothing of the files."""

    files: CalendarFiles
    _kept: dict[str, tuple[str, date, Plan]] = field(default_factory=dict)

    def of(self, record: CalendarRecord, revision: str, now: datetime) -> Plan:
        """The plan of a calendar. `UnreadableRecord` if its file cannot be read."""
        kept = self._kept.get(record.project)
        if kept is not None and kept[:2] == (revision, now.date()):
            return kept[2]
        found = plan(self.files.read(record.project, revision), now)
        self._kept[record.project] = (revision, now.date(), found)
        return found
