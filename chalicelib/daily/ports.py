"""What daily reports need from outside."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from chalicelib.core.spots import Box
from chalicelib.daily.domain import Picture, PlantDay, PrintedReport
from chalicelib.drift.domain import Drift
from chalicelib.shifts.domain import Shift


class Shifts(Protocol):
    """The shift calendars of projects."""

    def of(self, project: str, day: PlantDay) -> Sequence[Shift]:
        """The shifts that are at any time of a day, in order of their begin; none without a calendar."""
        ...


class Pictured(Protocol):
    """An image that a report shows."""

    @property
    def inspection_id(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def etag(self) -> str: ...
    @property
    def boxes(self) -> tuple[Box, ...]: ...


class Pictures(Protocol):
    """The images of defects and of cameras that changed."""

    def of(self, image: Pictured) -> Picture | None:
        """The picture; None if the image was deleted or replaced."""
        ...


class Drifts(Protocol):
    """The cameras that changed."""

    def found_on(self, day: date) -> Sequence[Drift]:
        """Those that the watch found at the end of this day."""
        ...


class Reports(Protocol):
    """Where printed reports are kept. `scope` is a project's name, or `EVERY_PROJECT`."""

    def find(self, scope: str, day: date) -> PrintedReport | None:
        """The last print; None if there is none."""
        ...

    def write(self, printed: PrintedReport, files: Mapping[str, bytes]) -> None:
        """Keep the files, by name, and then the print itself."""
        ...


class DailyReports(Reports, Protocol):
    """Where the schedule keeps them."""

    def checked_at(self, day: date) -> datetime | None:
        """As of when the printed reports of a day are complete; None if they are not all printed."""
        ...

    def note_checked(self, day: date, at: datetime) -> None:
        """Note that all reports of a day are printed, with all that was in the lake at this time."""
        ...

    def export(self, project: str, day: date, content: bytes) -> None:
        """Keep the inspections of a project's day as a CSV file, and the manifests with which QuickSight imports it."""
        ...

    def link(self, project: str, day: date, *, every: bool = False) -> str:
        """Where a person opens the page of a project, or from there the one of every project."""
        ...

    def days(self, scope: str, since: date) -> list[date]:
        """The days from `since` on that have a report."""
        ...

    def key(self, scope: str, day: date, name: str) -> str:
        """Where a file of a report lies in the bucket."""
        ...


class Subscribers(Protocol):
    """Those who want reports."""

    def send(self, subject: str, text: str) -> None:
        """Send to all."""
        ...
