"""Which inspections alert people, and how a bad run is kept from flooding them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from chalicelib.core.inspection import LIVE, Inspection, Verdict

HOLD = timedelta(seconds=50)
"""How long what is being sent is left alone: longer than any worker lives that could still be sending it."""

MOST_EXAMPLES = 10
"""Inspections that a digest links to one by one."""
MOST_CAMERAS = 100
"""Cameras that a digest names."""


class Kind(StrEnum):
    """Why people are alerted."""

    DEFECT = "anomalous"
    UNSURE_DEFECT = "anomalous with low confidence"
    UNSURE_NORMAL = "normal with low confidence"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Alert:
    """One inspection that people must know of. `alert_id` is the id of its event."""

    alert_id: str
    kind: Kind
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class Policy:
    """What alerts: a defect, an uncertain verdict, and a part that nobody looked at (rejected or failed).

    A verdict is uncertain below `confidence` (0 to 1); a line named `<project>/<line>` may have its own.
    """

    confidence: float = 0.20
    of_line: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Policy":
        """Read `0.20` or `0.20,plates/line-7=0.35,…`; ValueError shows this form."""
        try:
            confidence, *lines = text.split(",")
            pairs = [line.split("=") for line in lines]
            policy = cls(float(confidence), {line.strip(): float(own) for line, own in pairs})
        except ValueError as error:
            raise ValueError(f"{text!r} is not of the form 0.20,<project>/<line>=0.35,…") from error
        if not all(0 <= threshold <= 1 for threshold in (policy.confidence, *policy.of_line.values())):
            raise ValueError(f"{text!r} has a confidence that is not from 0 to 1")
        return policy

    def kind_of(self, inspection: Inspection) -> Kind | None:
        """Why this inspection alerts; None when it does not. Only the live run does, and a person's review never."""
        if inspection.run != LIVE or inspection.reviewed_at is not None:
            return None
        threshold = self.of_line.get(f"{inspection.project}/{inspection.line}", self.confidence)
        unsure = inspection.confidence is not None and inspection.confidence < threshold
        match inspection.verdict:
            case Verdict.ANOMALOUS:
                return Kind.UNSURE_DEFECT if unsure else Kind.DEFECT
            case Verdict.NORMAL:
                return Kind.UNSURE_NORMAL if unsure else None
            case Verdict.REJECTED:
                return Kind.REJECTED
            case Verdict.FAILED:
                return Kind.FAILED


class State(StrEnum):
    """How far an alert has come. A held one is being sent by a worker, or by one that died."""

    HELD = "held"
    SENT = "sent"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Claim:
    """That an alert is seen to, and how far. A held one may be taken over from `held_until` on."""

    alert_id: str
    state: State
    held_until: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time of one line: from `opens_at` for `length`."""

    project: str
    line: str
    opens_at: datetime
    length: timedelta

    @classmethod
    def around(cls, now: datetime, inspection: Inspection, length: timedelta) -> "Span":
        """The stretch that holds `now`, of all those laid end to end since 1970."""
        opens_at = now - (now - datetime(1970, 1, 1, tzinfo=UTC)) % length
        return cls(inspection.project, inspection.line, opens_at, length)

    @property
    def closes_at(self) -> datetime:
        """Its end, which is the next one's beginning."""
        return self.opens_at + self.length

    @property
    def following(self) -> "Span":
        """The next one of the line."""
        return replace(self, opens_at=self.closes_at)

    @property
    def name(self) -> str:
        """`<project>/<line>/<opens at>`."""
        return f"{self.project}/{self.line}/{self.opens_at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The alerts of one line in one span: the first was sent at once, the others are counted here for one digest.

    `opened_by` is the first one's id. Each change makes the next `revision`, so that of two workers who saw the same
    one only one can write. Once a digest of it is being sent (`held_until`) nothing is counted in it any more.
    """

    span: Span
    opened_by: str
    revision: int = 1
    held_until: datetime | None = None
    counts: Mapping[Kind, int] = field(default_factory=dict)
    first_captured_at: datetime | None = None
    last_captured_at: datetime | None = None
    lowest_confidence: float | None = None
    cameras: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    examples: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Alerts counted: all but the first."""
        return sum(self.counts.values())

    def counting(self, alert: Alert) -> "Window":
        """This window with one more alert."""
        seen = alert.inspection
        confidences = [known for known in (self.lowest_confidence, seen.confidence) if known is not None]
        return replace(
            self,
            revision=self.revision + 1,
            counts={**self.counts, alert.kind: self.counts.get(alert.kind, 0) + 1},
            first_captured_at=min(self.first_captured_at or seen.captured_at, seen.captured_at),
            last_captured_at=max(self.last_captured_at or seen.captured_at, seen.captured_at),
            lowest_confidence=min(confidences, default=None),
            cameras=tuple(dict.fromkeys((*self.cameras, seen.camera)))[:MOST_CAMERAS],
            verdicts=tuple(dict.fromkeys((*self.verdicts, seen.verdict))),
            examples=(*self.examples, seen.inspection_id)[:MOST_EXAMPLES],
        )

    def held(self, until: datetime) -> "Window":
        """This window while its digest is being sent."""
        return replace(self, revision=self.revision + 1, held_until=until)
