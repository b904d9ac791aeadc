"""The settings of daily reports, read from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DailySettings:
    """`zone` is the plant's time zone, an IANA name. If it is empty, no report is printed. `api_url` is for links."""

    zone: str
    api_url: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "DailySettings":
        """Read LINEWATCH_REPORTS_TIME_ZONE and LINEWATCH_API_URL."""
        return cls(environment.get("LINEWATCH_REPORTS_TIME_ZONE", ""), environment.get("LINEWATCH_API_URL", ""))
