"""The capability on fakes."""

from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.access.domain import Grant, Role
from chalicelib.shifts.calendar_file import read_calendar
from chalicelib.shifts.domain import CalendarRecord
from chalicelib.shifts.follow import Outcome, follow_calendars
from chalicelib.shifts.plans import Plans
from chalicelib.shifts.ports import Hosting, HostingState
from chalicelib.shifts.set_calendar import Storage, set_calendar
from tests.shifts.calendars import BERLIN, content_of, event, utc
from tests.support.builders import FakeClock
from tests.support.fake_shifts import FakeCalendarFiles, FakeCalendars, FakeHosting

OPERATOR = Grant("anna", Role.OPERATOR, "plates")
EARLY = content_of(BERLIN, *event(":20260302T060000", ":20260302T140000", "RRULE:FREQ=DAILY", title="Early"))
LATE = content_of(BERLIN, *event(":20260302T140000", ":20260302T220000", "RRULE:FREQ=DAILY", title="Late"))


@dataclass
class World:
    """Two projects, of which plates has a version that was started once; it is 16 March, 04:00 in Berlin."""

    clock: FakeClock = field(default_factory=lambda: FakeClock(utc("2026-03-16 03:00")))
    calendars: FakeCalendars = field(default_factory=FakeCalendars)
    files: FakeCalendarFiles = field(default_factory=FakeCalendarFiles)

    def __post_init__(self) -> None:
        stopped = Hosting(state=HostingState.STOPPED, wish=None, version=1)
        self.hosting = FakeHosting(self.clock, {"plates": stopped, "rings": stopped})
        self.plans = Plans(self.files)

    @property
    def storage(self) -> Storage:
        return Storage(
            calendars=self.calendars, files=self.files, hosting=self.hosting, read=read_calendar, clock=self.clock
        )

    @property
    def record(self) -> CalendarRecord:
        return self.calendars.find("plates")

    def set(self, content: bytes = EARLY, project: str = "plates", grace: timedelta | None = None) -> CalendarRecord:
        grant = Grant("anna", Role.OPERATOR, project)
        return set_calendar(project, content, grant, grace=grace, storage=self.storage)

    def follow(self) -> list[Outcome | Exception]:
        return list(
            follow_calendars(calendars=self.calendars, plans=self.plans, hosting=self.hosting, clock=self.clock)
        )

    def at(self, time: str) -> list[Outcome | Exception]:
        """What follows at this UTC time of the day."""
        self.clock.now = utc(f"2026-03-16 {time}")
        return self.follow()
