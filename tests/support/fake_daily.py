"""Printed reports, their readers, pictures and shifts, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from chalicelib.daily.domain import Picture, PlantDay, PrintedReport
from chalicelib.daily.ports import Pictured
from chalicelib.drift.domain import Drift
from chalicelib.shifts.domain import Shift


@dataclass
class FakeReports:
    """The reports. `writes` counts how often one was written."""

    prints: dict[tuple[str, date], PrintedReport] = field(default_factory=dict)
    files: dict[tuple[str, date, str], bytes] = field(default_factory=dict)
    checked: dict[date, datetime] = field(default_factory=dict)
    exports: dict[tuple[str, date], bytes] = field(default_factory=dict)
    writes: int = 0

    def find(self, scope: str, day: date) -> PrintedReport | None:
        return self.prints.get((scope, day))

    def write(self, printed: PrintedReport, files: Mapping[str, bytes]) -> None:
        report = printed.report
        self.writes += 1
        self.prints[report.scope, report.day] = printed
        self.files |= {(report.scope, report.day, name): content for name, content in files.items()}

    def checked_at(self, day: date) -> datetime | None:
        return self.checked.get(day)

    def note_checked(self, day: date, at: datetime) -> None:
        self.checked[day] = at

    def export(self, project: str, day: date, content: bytes) -> None:
        self.exports[project, day] = content

    def days(self, scope: str, since: date) -> list[date]:
        return [day for of, day in self.prints if of == scope and day >= since]

    def key(self, scope: str, day: date, name: str) -> str:
        return f"reports/{scope}/{day}/{name}"

    def link(self, project: str, day: date, *, every: bool = False) -> str:
        return f"https://reports.example/{project}/{day}{'?of=all' if every else ''}"


@dataclass
class FakeSubscribers:
    """Those who want reports. `broken` says that no message can be sent."""

    messages: list[tuple[str, str]] = field(default_factory=list)
    broken: bool = False

    def send(self, subject: str, text: str) -> None:
        if self.broken:
            raise OSError("no message can be sent")
        self.messages.append((subject, text))


@dataclass
class FakePictures:
    """A picture of every image but those that are gone, by inspection id."""

    gone: set[str] = field(default_factory=set)

    def of(self, image: Pictured) -> Picture | None:
        return None if image.inspection_id in self.gone else Picture("data:image/jpeg;base64,", None)


@dataclass
class FakeDrifts:
    """The cameras that changed."""

    drifts: list[Drift] = field(default_factory=list)

    def found_on(self, day: date) -> list[Drift]:
        return [each for each in self.drifts if each.found_on == day]


@dataclass
class FakeShifts:
    """The shifts of each project, whatever the day."""

    shifts: dict[str, Sequence[Shift]] = field(default_factory=dict)

    def of(self, project: str, day: PlantDay) -> Sequence[Shift]:
        return [each for each in self.shifts.get(project, ()) if each.end > day.start and each.start < day.end]
