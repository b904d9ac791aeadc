"""The desired state of hosting, in the registry: a calendar starts the version in use, and stops all."""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.access.domain import Grant, Role
from chalicelib.projects.domain import ModelStatus, ModelVersion
from chalicelib.projects.errors import Conflict
from chalicelib.projects.hosting import Start
from chalicelib.projects.life_cycle import WANTED
from chalicelib.projects.ports import Registry
from chalicelib.shifts.ports import CALENDAR_ASKS, Hosting, HostingState, Wish

_STATES = {
    ModelStatus.STARTING_HOSTING: HostingState.STARTING,
    ModelStatus.HOSTED: HostingState.HOSTED,
    ModelStatus.SYSTEM_UPDATING: HostingState.HOSTED,
    ModelStatus.STOPPING_HOSTING: HostingState.STOPPING,
    ModelStatus.HOSTING_FAILED: HostingState.FAILED,
}


class RegistryHosting:
    """Starts and stops versions as people do. `waiting` counts the images in the queue of a project."""

    def __init__(
        self,
        registry: Registry,
        start: Callable[..., ModelVersion],
        stop: Callable[..., ModelVersion],
        waiting: Callable[[str], int],
    ) -> None:
        self._registry = registry
        self._start = start
        self._stop = stop
        self._waiting = waiting

    def read(self, project: str) -> Hosting | None:
        """One read of the registry and, if a version is hosted, one of its queue."""
        record = self._registry.find(project)
        if record.project is None:
            return None
        model = record.live_or_last_used
        if model is None:
            return Hosting(state=HostingState.STOPPED, wish=None, version=None)
        hosted = model.status is ModelStatus.HOSTED
        return Hosting(
            state=_STATES.get(model.status, HostingState.STOPPED),
            wish=_wish(model),
            version=model.version,
            warm_up=_warm_up(model) if hosted else None,
            waiting=self._waiting(project) if hosted else None,
        )

    def write(self, project: str, *, run: bool) -> bool:
        """A start or a stop, as by an operator's key."""
        record, grant = self._registry.find(project), Grant(CALENDAR_ASKS, Role.OPERATOR, project)
        try:
            if run and (last := record.last_used) is not None:
                self._start(project, _start_of(last), grant)
            for each in [] if run else record.models.values():
                if each.status in WANTED:
                    self._stop(project, str(each.version), grant)
        except Conflict:
            return False
        return True


def _order(model: ModelVersion) -> tuple[datetime, int]:
    return model.started_at or model.created_at, model.version


def _wish(model: ModelVersion) -> Wish:
    """A start that failed was wanted. The time of a stop is that of its end, moments later."""
    run = model.status in WANTED
    asked_at = _order(model)[0] if run else model.changed_at
    return Wish(run=run, asked_by=model.asked_by, asked_at=asked_at)


def _warm_up(model: ModelVersion) -> timedelta:
    return model.changed_at - _order(model)[0]


def _start_of(model: ModelVersion) -> Start:
    """With the units of last time."""
    return Start(
        version=str(model.version),
        min_inference_units=model.min_inference_units or 1,
        max_inference_units=model.max_inference_units,
    )
