"""The settings of alerts, read from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.alerts.domain import LONGEST_WINDOW


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """The settings of the functions that alert people."""

    confidence: str
    window: timedelta
    api_url: str = ""
    largest_confidence: float = 1.0
    sender: str = ""
    recipient: str = ""

    @property
    def mails(self) -> bool:
        """Whether HTML mails go out."""
        return bool(self.sender and self.recipient)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "AlertSettings":
        """Read LINEWATCH_ALERT_CONFIDENCE (see `Policy.parse`), LINEWATCH_ALERT_WINDOW (seconds), LINEWATCH_API_URL.

        LINEWATCH_LARGEST_ALERT_CONFIDENCE is the largest that people may set; without it, 1.
        LINEWATCH_API_URL is missing where nobody is alerted.
        LINEWATCH_ALERT_SENDER is the address that HTML mails to LINEWATCH_ALERTS_EMAIL come from; without it none go.
        Raises ValueError for a window of no time or of more than a day.
        """
        window = timedelta(seconds=int(environment["LINEWATCH_ALERT_WINDOW"]))
        if not timedelta() < window <= LONGEST_WINDOW:
            raise ValueError(f"LINEWATCH_ALERT_WINDOW is {window}: from a second to a day")
        return cls(
            confidence=environment["LINEWATCH_ALERT_CONFIDENCE"],
            window=window,
            api_url=environment.get("LINEWATCH_API_URL", ""),
            largest_confidence=float(environment.get("LINEWATCH_LARGEST_ALERT_CONFIDENCE", "1")),
            sender=environment.get("LINEWATCH_ALERT_SENDER", ""),
            recipient=environment.get("LINEWATCH_ALERTS_EMAIL", ""),
        )
