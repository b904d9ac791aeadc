"""The queues and mappings of projects in memory. AWS may be slow, may refuse, and may fail."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event, Thread

from chalicelib.composition import Linewatch
from chalicelib.core.events import AnyModelEvent
from chalicelib.hosting.domain import HostingBusy, Reading, Workers
from tests.support.fake_projects import FakeWaker


def queue_of(project: str) -> str:
    """The name of a project's queue."""
    return f"project-{project}"


@dataclass
class FakeDepths:
    """So many messages wait in every queue, for so long; None if there is no queue, or nobody measures it."""

    count: int | None = 0
    age: timedelta | None = None

    def waiting_if_there(self, queue: str) -> int | None:
        return self.count

    def oldest(self, queue: str) -> timedelta | None:
        return self.age


@dataclass
class FakeProjectQueues:
    """The project of each queue; `others` are queues of somebody else that look alike. `removed` has the reasons."""

    queues: dict[str, str] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    removed: dict[str, str] = field(default_factory=dict)

    def names(self) -> set[str]:
        return {*self.queues, *self.others}

    def ensure(self, queue: str, project: str) -> None:
        self.queues[queue] = project

    def project_of(self, queue: str) -> str | None:
        return self.queues.get(queue)

    def remove(self, queue: str, reason: str) -> None:
        if self.queues.pop(queue, None) is not None:
            self.removed[queue] = reason


@dataclass
class FakeMappings:
    """A mapping of each queue. While `slow`, changes take until `time_passes`, and until then AWS is busy."""

    mappings: dict[str, Workers] = field(default_factory=dict)
    slow: bool = False
    allowed: int = 1000
    _coming: dict[str, Workers] = field(default_factory=dict)

    def all(self) -> Mapping[str, Workers]:
        return dict(self.mappings)

    def find(self, queue: str) -> Workers | None:
        return self.mappings.get(queue)

    def create(self, queue: str, most: int) -> Workers:
        if queue in self.mappings:
            raise HostingBusy("ResourceConflictException")
        return self._becomes(Workers(mapping=f"id-{queue}", queue=queue, reading=Reading.ON, most=most))

    def start(self, workers: Workers, most: int) -> Workers:
        return self._changed(replace(workers, reading=Reading.ON, most=most, current=True))

    def stop(self, workers: Workers) -> Workers:
        return self._changed(replace(workers, reading=Reading.OFF))

    def delete(self, workers: Workers) -> None:
        self._refuse_if_busy(workers.queue)
        self.mappings.pop(workers.queue, None)

    def most_workers(self) -> int:
        return self.allowed

    def time_passes(self) -> None:
        """What AWS was busy with is done."""
        self.mappings |= self._coming
        self._coming.clear()

    def _changed(self, workers: Workers) -> Workers:
        self._refuse_if_busy(workers.queue)
        return self._becomes(workers)

    def _refuse_if_busy(self, queue: str) -> None:
        if queue in self._coming:
            raise HostingBusy("ResourceInUseException")

    def _becomes(self, workers: Workers) -> Workers:
        if self.slow:
            self._coming[workers.queue] = workers
            workers = replace(workers, reading=Reading.CHANGING)
        self.mappings[workers.queue] = workers
        return workers


@dataclass
class FakeModelCheck:
    """Why versions fail their test, by project and version; all others pass. It notes what is tested."""

    failures: dict[tuple[str, int], str] = field(default_factory=dict)
    tested: list[tuple[str, int]] = field(default_factory=list)

    def failure(self, project: str, version: int) -> str | None:
        self.tested.append((project, version))
        return self.failures.get((project, version))


@dataclass
class FakeModelEvents:
    """The events that were published."""

    published: list[AnyModelEvent] = field(default_factory=list)

    def publish(self, events: Sequence[AnyModelEvent]) -> object:
        self.published += events
        return []


def follow_at_once(linewatch: Linewatch) -> FakeMappings:
    """Have each change of a project followed while its caller waits, with mappings in memory."""
    mappings = FakeMappings()
    linewatch.hosting.mappings = mappings
    linewatch.hosting.check = FakeModelCheck()
    linewatch.projects.waker = FakeWaker(work=linewatch.hosting.hosting.follow)
    return mappings


@contextmanager
def following(linewatch: Linewatch) -> Iterator[FakeMappings]:
    """Follow all projects again and again during the block, as the deployed function does, with mappings in memory."""
    mappings, over = FakeMappings(), Event()
    linewatch.hosting.mappings = mappings
    linewatch.hosting.check = FakeModelCheck()
    hosting = linewatch.hosting.hosting

    def follow() -> None:
        while not over.wait(0.25):
            for project in hosting.unfinished():
                hosting.follow(project)

    worker = Thread(target=follow)
    worker.start()
    try:
        yield mappings
    finally:
        over.set()
        worker.join()
