"""The calendars, their files, and the hosting that they want, in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.core.errors import UnreadableRecord
from chalicelib.core.unreadable import Unreadable
from chalicelib.shifts.domain import Calendar, CalendarRecord
from chalicelib.shifts.ports import CALENDAR_ASKS, Hosting, HostingState, Wish


@dataclass
class FakeCalendars:
    """The table. `broken` are projects whose record cannot be read."""

    records: dict[str, CalendarRecord] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def find(self, project: str) -> CalendarRecord:
        return self.records.get(project, CalendarRecord(project=project))

    def all(self) -> Iterator[CalendarRecord | Unreadable]:
        for project, record in list(self.records.items()):
            yield Unreadable("calendars table", project, "broken") if project in self.broken else record

    def put(self, record: CalendarRecord) -> bool:
        if self.find(record.project).number != record.number - 1:
            return False
        self.records[record.project] = record
        return True

    def remove(self, project: str) -> None:
        self.records.pop(project, None)


@dataclass
class FakeCalendarFiles:
    """The files. `reads` counts how often what a file means was read."""

    kept: dict[tuple[str, str], tuple[bytes, Calendar]] = field(default_factory=dict)
    put: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    reads: int = 0

    def write(self, project: str, revision: str, content: bytes, calendar: Calendar) -> None:
        self.kept[project, revision] = (content, calendar)

    def read(self, project: str, revision: str) -> Calendar:
        self.reads += 1
        return self._kept(project, revision)[1]

    def content(self, project: str, revision: str) -> bytes:
        return self._kept(project, revision)[0]

    def _kept(self, project: str, revision: str) -> tuple[bytes, Calendar]:
        if (project, revision) not in self.kept:
            raise UnreadableRecord(Unreadable("bucket", f"{project}/{revision}", "it is gone"))
        return self.kept[project, revision]

    def arrived(self) -> Iterator[tuple[str, str]]:
        yield from [(project, etag) for project, (etag, _) in self.put.items()]

    def fetch(self, project: str) -> bytes | None:
        return self.put[project][1] if project in self.put else None


@dataclass
class FakeHosting:
    """Hosting that takes its time: a start or a stop is done when so much of the clock has passed."""

    clock: Callable[[], datetime]
    projects: dict[str, Hosting] = field(default_factory=dict)
    starting: timedelta = timedelta(seconds=40)
    stopping: timedelta = timedelta(seconds=40)
    broken: set[str] = field(default_factory=set)
    written: list[tuple[datetime, str, bool]] = field(default_factory=list)

    def read(self, project: str) -> Hosting | None:
        if project in self.broken:
            raise ConnectionError(f"{project} cannot be read")
        if project in self.projects:
            self.projects[project] = self._gone_on(self.projects[project])
        return self.projects.get(project)

    def write(self, project: str, *, run: bool) -> bool:
        self.written.append((self.clock(), project, run))
        self.ask(project, run=run, who=CALENDAR_ASKS)
        return True

    def ask(self, project: str, *, run: bool, who: str) -> None:
        """Somebody starts or stops the model."""
        wish = Wish(run=run, asked_by=who, asked_at=self.clock())
        state = HostingState.STARTING if run else HostingState.STOPPING
        self.projects[project] = replace(self.projects[project], wish=wish, state=state)

    def _gone_on(self, hosting: Hosting) -> Hosting:
        if hosting.wish is None:
            return hosting
        passed = self.clock() - hosting.wish.asked_at
        if hosting.state is HostingState.STARTING and passed >= self.starting:
            return replace(hosting, state=HostingState.HOSTED, warm_up=self.starting)
        if hosting.state is HostingState.STOPPING and passed >= self.stopping:
            return replace(hosting, state=HostingState.STOPPED, warm_up=None)
        return hosting
