"""How many images of a project wait for a verdict, and for how long."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.access.access_keys import require_own
from chalicelib.access.domain import Grant
from chalicelib.core.errors import NotFound
from chalicelib.hosting.ports import QueueAges


@dataclass(frozen=True, slots=True)
class Queue:
    """So many images wait. `oldest` is how long one of them has; None if none waits, or nobody has measured it."""

    waiting: int
    oldest: timedelta | None


def find_queue(
    project: str,
    grant: Grant,
    *,
    queue_of: Callable[[str], str],
    waiting: Callable[[str], int | None],
    ages: QueueAges,
) -> Queue:
    """The queue of a project. `Forbidden` for another project; `NotFound` if the project has no queue of its own."""
    require_own(project, grant)
    queue = queue_of(project)
    count = waiting(queue)
    if count is None:
        raise NotFound(f"project {project} has no queue of its own: it gets one within a minute after it is created")
    return Queue(count, ages.oldest(queue) if count else None)
