"""The settings of the stage that people may see. A deployment sets them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypedDict

from chalicelib.alerts.rules import Policy

LOG_DAYS = 30
"""As infra/platform.yaml has it."""
LEDGER_DAYS = 35
"""As `KEPT` of the ledger of alerts."""


class AlertsAnswer(TypedDict):
    """Below which confidence (0 to 1) a verdict alerts, for the lines that have their own and for all others.

    A line alerts once in `window_seconds`; what follows is one digest. `mail` is how the address of the stage is
    mailed.
    """

    confidence: float
    lines: dict[str, float]
    window_seconds: int
    mail: Literal["html", "text", "none"]


class RetentionAnswer(TypedDict):
    """For how many days what is kept; null is for ever. `images_cold` is when images move to cheaper storage."""

    images: int | None
    images_cold: int | None
    verdicts: int | None
    alerts: int
    log: int


class SettingsAnswer(TypedDict):
    """The settings of the stage, as far as they are about this project."""

    stage: str
    alerts: AlertsAnswer
    retention: RetentionAnswer


@dataclass(frozen=True, slots=True)
class StageSettings:
    """What the deployment wrote into the function's environment. Days are 0 for never."""

    stage: str
    policy: Policy
    window_seconds: int
    mailed: bool
    as_html: bool
    images_days: int
    images_cold_days: int

    @classmethod
    def from_environment(cls, stage: str, environment: Mapping[str, str] = os.environ) -> "StageSettings":
        """Read LINEWATCH_ALERT_CONFIDENCE, _ALERT_WINDOW, _ALERTS_EMAIL, _ALERT_SENDER and the days of images."""
        return cls(
            stage=stage,
            policy=Policy.parse(environment["LINEWATCH_ALERT_CONFIDENCE"]),
            window_seconds=int(environment["LINEWATCH_ALERT_WINDOW"]),
            mailed=bool(environment["LINEWATCH_ALERTS_EMAIL"]),
            as_html=bool(environment["LINEWATCH_ALERT_SENDER"]),
            images_days=int(environment["LINEWATCH_IMAGES_DAYS"]),
            images_cold_days=int(environment["LINEWATCH_IMAGES_COLD_DAYS"]),
        )

    def shown_to(self, project: str) -> SettingsAnswer:
        """What a key of this project sees: no line of another one."""
        own = ((name.partition("/"), value) for name, value in self.policy.of_line.items())
        mail: Literal["html", "text", "none"] = "none"
        if self.mailed:
            mail = "html" if self.as_html else "text"
        return {
            "stage": self.stage,
            "alerts": {
                "confidence": self.policy.confidence,
                "lines": {line: value for (of, _, line), value in own if of == project},
                "window_seconds": self.window_seconds,
                "mail": mail,
            },
            "retention": {
                "images": self.images_days or None,
                "images_cold": self.images_cold_days or None,
                "verdicts": None,
                "alerts": LEDGER_DAYS,
                "log": LOG_DAYS,
            },
        }
