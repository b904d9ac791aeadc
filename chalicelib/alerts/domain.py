"""Alerts about inspections, and the windows that limit them during a run of bad parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.values import Id, Probability, Time

HOLD = timedelta(seconds=50)
"""How long a worker has the exclusive right to send: longer than any worker can run."""

LONGEST_WINDOW = timedelta(days=1)

MOST_EXAMPLES = 10
"""The most inspections to which a digest links."""
MOST_CAMERAS = 100
"""The most cameras that a digest names."""


class Kind(StrEnum):
    """Why people are alerted."""

    DEFECT = "anomalous"
    UNSURE_DEFECT = "anomalous with low confidence"
    UNSURE_NORMAL = "normal with low confidence"
    UNFAMILIAR = "unfamiliar"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert about one inspection. `alert_id` is the id of its event."""

    alert_id: str
    kind: Kind
    inspection: Inspection


class State(StrEnum):
    """The state of an alert. A worker is sending a held alert, or died while it did."""

    HELD = "held"
    SENT = "sent"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Claim:
    """The record that a worker handles an alert. From `held_until` on, another worker may take over a held one."""

    alert_id: str
    state: State
    held_until: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A time span of one verdict of one line: from `opens_at` for `length`.

    Each verdict has spans of its own, so that a camera that fails hides no defect. Windows that an earlier version
    stored have no verdict: they are of all verdicts.
    """

    project: Id
    line: Id
    opens_at: Time
    length: timedelta
    verdict: Verdict | None = None

    @classmethod
    def around(cls, now: datetime, inspection: Inspection, length: timedelta) -> "Span":
        """The span that contains `now`. A verdict's spans of a line have no gap since 1970."""
        opens_at = now - (now - datetime(1970, 1, 1, tzinfo=UTC)) % length
        return cls(inspection.project, inspection.line, opens_at, length, inspection.verdict)

    @property
    def closes_at(self) -> datetime:
        """The end of the span, at which the next one starts."""
        return self.opens_at + self.length

    @property
    def following(self) -> "Span":
        """The next span of the line and verdict."""
        return replace(self, opens_at=self.closes_at)

    @property
    def name(self) -> str:
        """`<project>/<line>/<verdict>/<opens at>`."""
        parts = (self.project, self.line, self.verdict, self.opens_at.isoformat())
        return "/".join(part for part in parts if part is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The alerts of one line and verdict in one span. The first is sent at once; the others are counted for one digest.

    `opened_by` is the id of the first alert. Each change increases `revision`: of two workers that read the same
    revision, only one can write. While a worker sends the digest (`held_until`), the window counts no more alerts.
    """

    span: Span
    opened_by: Id
    revision: int = 1
    held_until: datetime | None = None
    counts: Mapping[Kind, int] = field(default_factory=dict)
    first_captured_at: Time | None = None
    last_captured_at: Time | None = None
    lowest_confidence: Probability | None = None
    cameras: tuple[Id, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    examples: tuple[Id, ...] = ()

    @property
    def count(self) -> int:
        """The number of counted alerts: all but the first."""
        return sum(self.counts.values())

    def counting(self, alert: Alert) -> "Window":
        """This window with one more alert."""
        inspection = alert.inspection
        confidences = [known for known in (self.lowest_confidence, inspection.confidence) if known is not None]
        return replace(
            self,
            revision=self.revision + 1,
            counts={**self.counts, alert.kind: self.counts.get(alert.kind, 0) + 1},
            first_captured_at=min(self.first_captured_at or inspection.captured_at, inspection.captured_at),
            last_captured_at=max(self.last_captured_at or inspection.captured_at, inspection.captured_at),
            lowest_confidence=min(confidences, default=None),
            cameras=tuple(dict.fromkeys((*self.cameras, inspection.camera)))[:MOST_CAMERAS],
            verdicts=tuple(dict.fromkeys((*self.verdicts, inspection.verdict))),
            examples=(*self.examples, inspection.inspection_id)[:MOST_EXAMPLES],
        )

    def held(self, until: datetime) -> "Window":
        """This window while a worker sends its digest, until `until` at most."""
        return replace(self, revision=self.revision + 1, held_until=until)
