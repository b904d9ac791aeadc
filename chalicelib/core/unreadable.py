"""What a reader of many could not read. It goes on with the others, and says which one and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One stored thing that cannot be read: where it is, its name there, why, and its content as text."""

    where: str
    name: str
    reason: str
    content: str = ""
