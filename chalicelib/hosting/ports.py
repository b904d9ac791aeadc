"""What hosting needs from outside. Every call may come again, as after a kill, and finds its work done."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from chalicelib.core.events import AnyModelEvent
from chalicelib.hosting.domain import Workers


class ProjectQueues(Protocol):
    """The queues of projects."""

    def names(self) -> set[str]:
        """The names of all that have the form of one, also of another stage with a longer name."""
        ...

    def ensure(self, queue: str, project: str) -> None:
        """Make the queue like that of all other images, unless it is there. `HostingBusy` if it was just deleted."""
        ...

    def project_of(self, queue: str) -> str | None:
        """The project for which this stage made the queue; None for another queue, or none."""
        ...

    def remove(self, queue: str, reason: str) -> None:
        """Delete the queue. What waits in it becomes a dead letter, with this reason, and so a failed inspection.

        `HostingBusy` while some of it cannot be received.
        """
        ...


class Mappings(Protocol):
    """The mappings of queues to the function that inspects. Raises `HostingBusy` or `HostingRefused`."""

    def all(self) -> Mapping[str, Workers]:
        """By the name of the queue."""
        ...

    def find(self, queue: str) -> Workers | None: ...

    def create(self, queue: str, most: int) -> Workers:
        """Have so many workers read the queue."""
        ...

    def start(self, workers: Workers, most: int) -> Workers:
        """The same with a mapping that exists."""
        ...

    def stop(self, workers: Workers) -> Workers:
        """Have nobody read the queue."""
        ...

    def delete(self, workers: Workers) -> None: ...

    def most_workers(self) -> int:
        """How many workers the account allows for all projects together."""
        ...


class ModelCheck(Protocol):
    """The test of a version where it shall inspect images."""

    def failure(self, project: str, version: int) -> str | None:
        """Why the version cannot be hosted: it does not load, or does not predict what it did in training.

        None if it can. `HostingBusy` if there is no room for the test now.
        """
        ...


class QueueAges(Protocol):
    """How long messages wait."""

    def oldest(self, queue: str) -> timedelta | None:
        """The age of the oldest message in the last minutes; None if nobody has measured it."""
        ...


class ModelEvents(Protocol):
    """The event bus."""

    def publish(self, events: Sequence[AnyModelEvent]) -> object:
        """Publish the events; `PublishFailed` when some must be published again."""
        ...
