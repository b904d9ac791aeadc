"""Which projects are in trouble, and which are stopped on purpose: people look at these."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.aws.measurements import ALL
from chalicelib.core.clock import Clock
from chalicelib.projects.domain import Kind, ModelStatus
from chalicelib.projects.life_cycle import WANTED
from chalicelib.projects.ports import Registry
from chalicelib.projects.record import ProjectRecord

LONGEST_CHANGE = timedelta(minutes=5)
"""How long a start or a stop may take."""
LONGEST_BACKLOG = timedelta(minutes=10)
"""How long images of a hosted project may wait without a moment in which none does."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """So many images wait, and one of them has waited for so long while the project was hosted."""

    waiting: int
    lasts: timedelta


class Backlogs:
    """Since when each hosted project has images that wait, as far as this worker has seen."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: dict[str, datetime] = {}

    def look(
        self, hosted: Iterable[str], waiting: Callable[[str], int], oldest: Callable[[str], timedelta | None]
    ) -> Mapping[str, Backlog]:
        """The hosted projects of which images wait.

        Images of a busy project wait at each look, but not the same ones. So if some have waited at all looks of ten
        minutes, the age of the oldest one says how long it was.
        """
        now, counts = self._clock(), {project: waiting(project) for project in hosted}
        self._since = {project: self._since.get(project, now) for project, count in counts.items() if count}
        lasts = {project: now - since for project, since in self._since.items()}
        for project, so_far in lasts.items():
            if so_far > LONGEST_BACKLOG and (age := oldest(project)) is not None:
                lasts[project] = min(so_far, age)
        return {project: Backlog(counts[project], each) for project, each in lasts.items()}


def not_hosted(record: ProjectRecord, now: datetime) -> str | None:
    """Why a project is not hosted as it should be; None if it is, or stopped on purpose."""
    for model in record.models.values():
        if model.status is ModelStatus.HOSTING_FAILED and record.live is None:
            return f"version {model.version} is HOSTING_FAILED: {model.status_message}"
        if model.changing and now - model.changed_at > LONGEST_CHANGE:
            return f"version {model.version} is {model.status} since {model.changed_at:%Y-%m-%dT%H:%M:%SZ}"
    return None


def stopped_lines(watched: Iterable[tuple[str, str]], registry: Registry) -> Iterator[tuple[str, str]]:
    """The watched lines whose project is stopped on purpose; all lines together if each project is."""
    for project, line in watched:
        if _all_stopped(registry) if project == ALL else _stopped(registry.find(project)):
            yield project, line


def _stopped(record: ProjectRecord) -> bool:
    return record.project is not None and not any(model.status in WANTED for model in record.models.values())


def _all_stopped(registry: Registry) -> bool:
    """A stage without projects may have models that were published before there were any."""
    wanted = {*registry.of_kind(Kind.HOSTED), *registry.of_kind(Kind.UNSETTLED)}
    return not wanted and any(True for _ in registry.of_kind(Kind.PROJECT))
