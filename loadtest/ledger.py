"""Count the accepted images of a run, and their verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass
class Ledger:
    """The inspection ids of all images that the bucket accepted, and of those with a verdict."""

    accepted: set[str] = field(default_factory=set)
    judged: set[str] = field(default_factory=set)
    waiting_ms: list[float] = field(default_factory=list)
    inspecting_ms: list[float] = field(default_factory=list)

    @property
    def missing(self) -> set[str]:
        """Accepted images without a verdict."""
        return self.accepted - self.judged

    def note(self, inspection: Mapping[str, Any]) -> None:
        """Record a verdict."""
        self.judged.add(inspection["inspection_id"])
        self.waiting_ms.append(inspection.get("queue_ms") or 0.0)
        self.inspecting_ms.append(inspection.get("inspection_ms") or 0.0)

    def to_dict(self) -> dict[str, float | None]:
        """The numbers of images accepted, with a verdict and without; median ms in the queue and of the inspection."""
        return {
            "accepted": len(self.accepted),
            "judged": len(self.judged),
            "missing": len(self.missing),
            "queue_ms": median(self.waiting_ms) if self.waiting_ms else None,
            "inspection_ms": median(self.inspecting_ms) if self.inspecting_ms else None,
        }
