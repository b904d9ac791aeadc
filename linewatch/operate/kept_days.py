"""The hours of days that the drift watch of a stage keeps, with more of them in memory."""

from chalicelib.drift.ports import DayHours, KeptDays


class DaysInMemory:
    """Begins with what the stage keeps; what is written stays here."""

    def __init__(self, stage: DayHours) -> None:
        self._stage = stage
        self._days: KeptDays | None = None

    def read(self) -> KeptDays:
        """What the stage keeps, or what was written."""
        if self._days is None:
            self._days = self._stage.read()
        return self._days

    def write(self, days: KeptDays) -> None:
        """Keep these days for this run."""
        self._days = dict(days)
