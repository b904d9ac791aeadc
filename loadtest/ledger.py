"""What became of the images that a run sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass
class Ledger:
    """Every image that the bucket accepted, by inspection id, and those of them that have a verdict."""

    accepted: set[str] = field(default_factory=set)
    judged: set[str] = field(default_factory=set)
    waiting_ms: list[float] = field(default_factory=list)
    inspecting_ms: list[float] = field(default_factory=list)

    @property
    def missing(self) -> set[str]:
        """Those without a verdict."""
        return self.accepted - self.judged

    def note(self, inspection: Mapping[str, Any]) -> None:
        """A verdict came."""
        self.judged.add(inspection["inspection_id"])
        self.waiting_ms.append(inspection.get("queue_ms") or 0.0)
        self.inspecting_ms.append(inspection.get("inspection_ms") or 0.0)

    def told(self) -> dict[str, float | None]:
        """How many images were accepted, judged and lost; median ms of waiting in the queue and of inspecting."""
        return {
            "accepted": len(self.accepted),
            "judged": len(self.judged),
            "missing": len(self.missing),
            "queue_ms": median(self.waiting_ms) if self.waiting_ms else None,
            "inspection_ms": median(self.inspecting_ms) if self.inspecting_ms else None,
        }
