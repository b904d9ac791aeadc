"""What the drift watch looks at, and what it finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import TypeAdapter

from chalicelib.core.spots import Box
from chalicelib.shifts.domain import Zone

STATISTICS = ("brightness", "sharpness", "centre_x", "centre_y", "training_distance", "anomaly_score")
"""Columns of the lake. The last two depend on the version of the model."""
OF_THE_MODEL = frozenset({"training_distance", "anomaly_score"})
WINDOW = 28
"""Days that are looked at each night."""
FALSE_ALARMS = 0.01
"""At most this share of nights has a notice though no camera of the stage changed."""

type Camera = tuple[str, str, str]
"""Project, line and camera."""


class Kind(StrEnum):
    """What changed. The words stand in `camera ...: its ... changed`."""

    LIGHT = "light"
    FOCUS = "focus"
    MOVED = "moved"
    APPEARANCE = "new appearance"
    SCORES = "scores"


WORDS: Mapping[Kind, str] = {
    Kind.LIGHT: "The light changed: look at lamps, exposure, daylight.",
    Kind.FOCUS: "The focus changed: look at the lens, dirt, the distance to the part.",
    Kind.MOVED: "The picture moved: look at the camera's mount and where the part lies.",
    Kind.APPEARANCE: "The images look different as a whole: another product, material or background?",
    Kind.SCORES: "Only the model's scores changed, not light, focus or place: look at the parts themselves.",
}


class HourLevel(NamedTuple):
    """A camera's images of one hour: how many, of which model version most are, and the median of each statistic."""

    images: int
    version: str
    medians: tuple[float | None, ...]


type Hours = Mapping[Camera, Mapping[int, HourLevel]]
"""By camera and the hour's beginning, in microseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Example:
    """A typical image of the time before or after. Has what a picture is made of."""

    inspection_id: str
    key: str
    etag: str
    at: datetime
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A camera changed. `statistic` went from `before` to `after` at about `since`; `found_on` is the night's day.

    `chance` is how often cameras that did not change show as clear a change in any night. `points` are the statistic's
    hours (ISO time, value), without the pattern of the day.
    """

    project: str
    line: str
    camera: str
    kind: Kind
    since: datetime
    found_on: date
    statistic: str
    before: float
    after: float
    chance: float
    points: tuple[tuple[datetime, float], ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def of(self) -> Camera:
        """The camera with its line and project."""
        return self.project, self.line, self.camera


@dataclass(frozen=True, slots=True)
class Watched:
    """What the watch remembers: the last day that it looked at, and the drifts that it found."""

    until: date | None = None
    drifts: tuple[Drift, ...] = ()

    def with_night(self, day: date, found: Sequence[Drift]) -> "Watched":
        """After one more night. What is older than a year is forgotten."""
        kept = (drift for drift in self.drifts if day - drift.found_on <= timedelta(days=365))
        return Watched(day, (*kept, *found))


WATCHED: TypeAdapter[Watched] = TypeAdapter(Watched)


def last_drift(drifts: Sequence[Drift], camera: Camera) -> datetime | None:
    """Since when the camera sees as it does now; None if it never changed."""
    return max((drift.since for drift in drifts if drift.of == camera), default=None)


def end_of(day: date, zone: str) -> datetime:
    """When a day of the plant has ended (UTC)."""
    return Zone(zone).utc(datetime.combine(day + timedelta(days=1), time()))


def utc_days(day: date, zone: str) -> list[date]:
    """The days of UTC in which the `WINDOW` days of the plant up to this one lie."""
    first, last = end_of(day - timedelta(days=WINDOW), zone), end_of(day, zone) - timedelta(microseconds=1)
    return [first.date() + timedelta(days=at) for at in range((last.date() - first.date()).days + 1)]


def moment(microseconds: int) -> datetime:
    """The time (UTC) of microseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
