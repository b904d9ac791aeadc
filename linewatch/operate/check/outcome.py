"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How it stands. `skipped` is what this stage cannot be asked, with the reason."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the report: what was checked, what was found, and what to do about it."""

    check: str
    status: Status
    details: str
    advice: str = ""
