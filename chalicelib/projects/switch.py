"""That one version takes the place of the hosted one."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.core.figures import Figures


class SwitchKind(StrEnum):
    """Why a version takes the place of the hosted one."""

    PROMOTION = "promotion"
    ROLL_BACK = "roll back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A start by which a version takes the place of the version `over`, which stops when the new one is hosted.

    `figures` are what spoke for it, and `comparison` is where they come from. `reason` is that of a promotion policy,
    which acts without a person.
    """

    kind: SwitchKind
    over: int
    comparison: str | None = None
    figures: Figures | None = None
    reason: str | None = None
