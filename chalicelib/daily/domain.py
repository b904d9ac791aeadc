"""What a daily report says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pydantic import TypeAdapter

from chalicelib.core.spots import Box
from chalicelib.daily.reviewed import ReviewCounts, ReviewSection
from chalicelib.drift.domain import Drift
from chalicelib.shifts.domain import Zone
from chalicelib.vision.binomial import interval

DAYS_BEFORE = 7
"""With how many earlier days a day is compared."""
MOST_DEFECTS = 12
"""How many defects are shown."""
PAGE = "report.html"
EVERY_PROJECT = "_all"
"""Stands for the page of all projects where else a project's name stands. `CreateProject` allows no such name."""

type Camera = tuple[str, str, str]
"""Project, line and camera."""


@dataclass(frozen=True, slots=True)
class PlantDay:
    """A day of a plant, from midnight to midnight of its clock."""

    day: date
    zone: str

    @property
    def start(self) -> datetime:
        """When it begins (UTC)."""
        return Zone(self.zone).utc(datetime.combine(self.day, time()))

    @property
    def end(self) -> datetime:
        """When it has ended (UTC): the begin of the next one."""
        return self.plus(1).start

    @property
    def utc_days(self) -> list[date]:
        """The days of UTC in which it lies."""
        first, last = self.start.date(), (self.end - timedelta(microseconds=1)).date()
        return [first + timedelta(days=at) for at in range((last - first).days + 1)]

    def plus(self, days: int) -> "PlantDay":
        """The day so many days later."""
        return PlantDay(self.day + timedelta(days=days), self.zone)

    def clock(self, microseconds: int, form: str = "%H:%M") -> str:
        """What the plant's clock shows at a time, in microseconds since 1970."""
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
        return f"{Zone(self.zone).local(at):{form}}"


@dataclass(frozen=True, slots=True)
class VerdictCounts:
    """How many images have each verdict."""

    normal: int = 0
    anomalous: int = 0
    unfamiliar: int = 0
    rejected: int = 0
    failed: int = 0

    def __add__(self, other: "VerdictCounts") -> "VerdictCounts":
        return VerdictCounts(
            self.normal + other.normal,
            self.anomalous + other.anomalous,
            self.unfamiliar + other.unfamiliar,
            self.rejected + other.rejected,
            self.failed + other.failed,
        )

    @property
    def images(self) -> int:
        """All images."""
        return self.parts + self.unjudged

    @property
    def parts(self) -> int:
        """The images with a verdict on a part: a share counts these and no other."""
        return self.normal + self.anomalous

    @property
    def unjudged(self) -> int:
        """The images without a verdict on a part."""
        return self.unfamiliar + self.rejected + self.failed

    @property
    def share_of_defects(self) -> float | None:
        """Of the parts, 0 to 1; None without any."""
        return self.anomalous / self.parts if self.parts else None

    @property
    def defect_bounds(self) -> tuple[float, float]:
        """The exact 95 % interval of the share of defects."""
        return interval(self.anomalous, self.parts)

    @property
    def good_share(self) -> float | None:
        """The share of good parts, 0 to 1, which is the yield; None without any part."""
        return self.normal / self.parts if self.parts else None

    @property
    def yield_bounds(self) -> tuple[float, float]:
        """The exact 95 % interval of the yield."""
        low, high = self.defect_bounds
        return 1 - high, 1 - low


@dataclass(frozen=True, slots=True)
class Group:
    """The images that have something in common: its name, of one or more parts."""

    name: tuple[str, ...]
    counts: VerdictCounts


@dataclass(frozen=True, slots=True)
class Section:
    """A day taken apart by one thing: `by` says what, `columns` name the parts of the groups' names."""

    by: str
    columns: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One of the clearest defects. `missing` says why there is no picture of it."""

    project: str
    line: str
    camera: str
    image_id: str
    inspection_id: str
    key: str
    etag: str
    at: str
    probability: float
    place: str
    boxes: tuple[Box, ...]
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of a defect, small, as data URIs: the whole with its spots marked, and the strongest spot enlarged."""

    whole: str
    spot: str | None


@dataclass(frozen=True, slots=True)
class Silence:
    """A camera that sent nothing more, though it did before."""

    project: str
    line: str
    camera: str
    what: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why images have no verdict on a part, and how many."""

    verdict: str
    reason: str
    images: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """A day of one project, or with None of all. `before` are the days before it, the last one first.

    `drifts` are the cameras that were found on this day to have changed. `unread` are files of the lake that could not
    be read: their images are missing.
    """

    day: date
    zone: str
    project: str | None
    total: VerdictCounts
    before: tuple[VerdictCounts, ...]
    sections: tuple[Section, ...]
    reasons: tuple[Reason, ...]
    defects: tuple[Defect, ...]
    silences: tuple[Silence, ...]
    drifts: tuple[Drift, ...] = ()
    unread: tuple[str, ...] = ()
    reviews: tuple[ReviewSection, ...] = ()

    @property
    def scope(self) -> str:
        """The project's name, or what stands for all."""
        return self.project or EVERY_PROJECT

    @property
    def projects(self) -> set[str]:
        """Those of which it says anything."""
        if self.project is not None:
            return {self.project}
        by_project = self.section("project")
        counted = {group.name[0] for group in by_project.groups} if by_project else set()
        return counted | {each.project for each in self.silences} | {each.project for each in self.drifts}

    @property
    def reviewed(self) -> ReviewCounts:
        """The reviews of the day in sum."""
        return self.reviews[0].groups[0].counts if self.reviews else ReviewCounts()

    def section(self, by: str) -> Section | None:
        """The section that takes the day apart by this."""
        return next((each for each in self.sections if each.by == by), None)


@dataclass(frozen=True, slots=True)
class PrintedReport:
    """A report as it was printed. `revision` is 1 at first; `changes` say what is different from the print before."""

    revision: int
    changes: tuple[str, ...]
    report: DayReport


PRINTED: TypeAdapter[PrintedReport] = TypeAdapter(PrintedReport)


def total(all_counts: Sequence[VerdictCounts]) -> VerdictCounts:
    """The sum."""
    return sum(all_counts, VerdictCounts())
