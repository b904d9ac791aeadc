"""Make the wanted hosting of a project real, one observed step after the other.

What is wanted is in the project's record: the statuses of its versions. What there is in AWS is looked at anew each
time. So a run may end after any line, by an error or a kill, and the next one goes on. Two runs at once do no harm:
each looks at the record again after it acted, and acts again if somebody changed it. The last look of an older run
comes after the newer commit, so the state that stays is the wanted one.

Starting: the queue, the test of the version, the live version, the workers, HOSTED. Stopping: no workers, no live
version, TRAINED. In between a status promises nothing that is not there. A version that fails its test never becomes
the live one: it is HOSTING_FAILED, and the one that was hosted stays so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chalicelib.core.clock import Clock
from chalicelib.core.events import AnyModelEvent, ModelPromoted, ModelRolledBack, ModelStarted, ModelStopped
from chalicelib.hosting.domain import HostingBusy, HostingRefused, Reading, Workers
from chalicelib.hosting.ports import Mappings, ModelCheck, ModelEvents, ProjectQueues
from chalicelib.models.ports import LiveVersions
from chalicelib.projects.change import change
from chalicelib.projects.domain import Kind, ModelStatus, ModelVersion
from chalicelib.projects.life_cycle import moved
from chalicelib.projects.ports import ModelFiles, Registry
from chalicelib.projects.promote import ended, with_version_in_use
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.switch import SwitchKind

MOST_LOOKS = 10
"""How often one run looks at a project. A step changes the record, so a start needs three looks."""
REMOVED = "its project was deleted while the image waited; create the project again, then redrive it"

_S = ModelStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """What hosting works on. `queue_of` gives the name of a project's queue."""

    registry: Registry
    live: LiveVersions
    files: ModelFiles
    queues: ProjectQueues
    mappings: Mappings
    check: ModelCheck
    bus: ModelEvents
    queue_of: Callable[[str], str]
    clock: Clock

    def follow(self, project: str) -> None:
        """Do what can be done now for one project; the rest is the next run's. Raises what is no matter of waiting."""
        try:
            for _ in range(MOST_LOOKS):
                record = self.registry.find(project)
                self._act(record)
                if self.registry.find(project).revision == record.revision:
                    return
        except HostingBusy:
            return

    def test_hosted(self, project: str) -> str | None:
        """Have the hosted version inspect its reference images, which keeps a worker ready; why it failed, if it did.

        None as well while none is hosted, or every worker is busy.
        """
        live = self.registry.find(project).live
        try:
            return self.check.failure(project, live.version) if live and live.status is _S.HOSTED else None
        except HostingBusy:
            return None

    def unfinished(self) -> set[str]:
        """The projects for which there may be something to do."""
        wanted = {self.queue_of(project): project for project in self.registry.of_kind(Kind.PROJECT)}
        there, hosted = self.queues.names(), {*self.registry.of_kind(Kind.HOSTED)}
        mappings = self.mappings.all()
        read = {queue for queue, workers in mappings.items() if workers.reading is Reading.ON and workers.current}
        return {
            *self.registry.of_kind(Kind.UNSETTLED),
            *(project for queue, project in wanted.items() if queue not in there),
            *(project for project in hosted if self.queue_of(project) not in read),
            *(wanted[queue] for queue in wanted.keys() & read if wanted[queue] not in hosted),
            *filter(None, map(self.queues.project_of, there - wanted.keys())),
        }

    def _act(self, record: ProjectRecord) -> None:
        queue = self.queue_of(record.name)
        if record.project is None:
            self._remove(record, queue)
            return
        self.queues.ensure(queue, record.name)
        if record.live is None:
            self._stop(record, queue)
        else:
            self._run(record, record.live, queue)

    def _remove(self, record: ProjectRecord, queue: str) -> None:
        """The workers first: a queue is removed when nobody reads it."""
        workers = self.mappings.find(queue)
        if workers is not None:
            self.mappings.delete(workers)
        if self.mappings.find(queue) is None and self.queues.project_of(queue) == record.name:
            self.queues.remove(queue, REMOVED)

    def _stop(self, record: ProjectRecord, queue: str) -> None:
        workers = self.mappings.find(queue)
        if workers is not None and workers.reading is Reading.ON:
            workers = self.mappings.stop(workers)
        if workers is not None and workers.reading is not Reading.OFF:
            return
        ending = _with(record, _S.STOPPING_HOSTING)
        if ending or _with(record, _S.HOSTING_FAILED):
            self.live.point(record.name, None, order=record.revision)
        self._stopped(ending)

    def _run(self, record: ProjectRecord, live: ModelVersion, queue: str) -> None:
        starting = _with(record, _S.STARTING_HOSTING)
        for each in starting:
            if not self.files.exists(each.project, each.version):
                self._fail(each, f"the file of version {each.version} is missing: train or import another version")
                return
        if live in starting and (reason := self._too_many(queue, live.workers)):
            self._fail(live, reason)
            return
        for each in starting:
            if failure := self.check.failure(each.project, each.version):
                self._fail(each, failure)
                return
        self.live.point(record.name, str(live.version), order=record.revision)
        try:
            reads = self._read(queue, live.workers)
        except HostingRefused as error:
            if live not in starting:
                raise
            self._fail(live, str(error))
            return
        if not reads:
            return
        for each in starting:
            self.bus.publish(_events_of_start(each, self.clock))
            self._move(each, _S.HOSTED)
        self._stopped(_with(record, _S.STOPPING_HOSTING))

    def _read(self, queue: str, most: int) -> bool:
        """Whether so many workers read the queue; if not, they are asked to."""
        workers = self.mappings.find(queue)
        if workers is None:
            workers = self.mappings.create(queue, most)
        elif workers.reading is not Reading.CHANGING and not workers.are(most):
            workers = self.mappings.start(workers, most)
        return workers.are(most)

    def _too_many(self, queue: str, most: int) -> str | None:
        """Why the account has no room for so many workers; None if it has."""
        others = _most_of(workers for name, workers in self.mappings.all().items() if name != queue)
        allowed = self.mappings.most_workers()
        if others + most <= allowed:
            return None
        return (
            f"{most} workers are needed and other projects have {others} of the {allowed} that the account allows: stop"
            " one of them, use fewer inference units, or ask AWS for more concurrent executions (quota L-B99A9384)"
        )

    def _stopped(self, ending: Iterable[ModelVersion]) -> None:
        for each in ending:
            self.bus.publish([_event(ModelStopped, each, self.clock)])
            self._move(each, _S.TRAINED)

    def _fail(self, model: ModelVersion, reason: str) -> None:
        self._move(model, _S.HOSTING_FAILED, reason)

    def _move(self, model: ModelVersion, to: ModelStatus, reason: str = "") -> None:
        """Move the version on, unless somebody changed it since it was seen."""

        def decide(record: ProjectRecord) -> tuple[ProjectRecord, None]:
            if record.models.get(model.version) != model:
                return record, None
            at = self.clock()
            after = record.with_model(moved(model, to, reason=reason, at=at))
            after = ended(after, model.version, at=at) if to is _S.HOSTED else after
            return with_version_in_use(after, at=at), None

        change(model.project, decide, registry=self.registry, clock=self.clock)


def _with(record: ProjectRecord, status: ModelStatus) -> list[ModelVersion]:
    return [each for each in record.models.values() if each.status is status]


def _most_of(workers: Iterable[Workers]) -> int:
    return sum(each.most for each in workers if each.reading is not Reading.OFF)


_SWITCHES: dict[SwitchKind, type[AnyModelEvent]] = {
    SwitchKind.PROMOTION: ModelPromoted,
    SwitchKind.ROLL_BACK: ModelRolledBack,
}


def _events_of_start(model: ModelVersion, clock: Clock) -> list[AnyModelEvent]:
    """That it started and, if it takes the place of another version, that too."""
    started = _event(ModelStarted, model, clock)
    switch = model.switch
    if switch is None:
        return [started]
    more = {
        "replaced": switch.over,
        "comparison": switch.comparison,
        "figures": switch.figures,
        "reason": switch.reason,
    }
    return [started, _event(_SWITCHES[switch.kind], model, clock, **more)]


def _event(kind: type[AnyModelEvent], model: ModelVersion, clock: Clock, **more: object) -> AnyModelEvent:
    """The same request makes the same event id, so that readers know a repeated event."""
    return kind.of(
        model.project,
        model.version,
        workers=model.workers,
        asked_by=model.asked_by,
        asked_at=model.changed_at,
        at=clock(),
        **more,
    )
