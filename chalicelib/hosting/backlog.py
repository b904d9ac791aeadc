"""Which projects are in trouble: people look at these."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from chalicelib.core.clock import Clock
from chalicelib.projects.domain import ModelStatus
from chalicelib.projects.record import ProjectRecord

LONGEST_CHANGE = timedelta(minutes=5)
"""How long a start or a stop may take."""
LONGEST_BACKLOG = timedelta(minutes=10)
"""How long images of a hosted project may wait without a moment in which none does."""


class Backlogs:
    """Since when each hosted project has images that wait, as far as this worker has seen."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: dict[str, datetime] = {}

    def late(self, hosted: Iterable[str], waiting: Callable[[str], int]) -> Iterator[tuple[str, int]]:
        """The hosted projects whose images have waited too long, with how many wait."""
        now, counts = self._clock(), {project: waiting(project) for project in hosted}
        self._since = {project: self._since.get(project, now) for project, count in counts.items() if count}
        for project, since in self._since.items():
            if now - since > LONGEST_BACKLOG:
                yield project, counts[project]


def not_hosted(record: ProjectRecord, now: datetime) -> str | None:
    """Why a project is not hosted as it should be; None if it is, or stopped on purpose."""
    for model in record.models.values():
        if model.status is ModelStatus.HOSTING_FAILED and record.live is None:
            return f"version {model.version} is HOSTING_FAILED: {model.status_message}"
        if model.changing and now - model.changed_at > LONGEST_CHANGE:
            return f"version {model.version} is {model.status} since {model.changed_at:%Y-%m-%dT%H:%M:%SZ}"
    return None
