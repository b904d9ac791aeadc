"""Change a project: read it, decide, commit; again if somebody else was faster.

DynamoDB commits all items of a change, and the answer under the client token, in one transaction. What a call does
outside of the table it does after its commit, from the state that it then finds, so that the same call can be repeated
after a kill at any point and finishes the work. With a client token a call happens once, however often it comes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from pydantic import TypeAdapter

from chalicelib.core.clock import Clock
from chalicelib.projects.errors import Conflict, ResourceType
from chalicelib.projects.limits import require_token
from chalicelib.projects.operations import Operation
from chalicelib.projects.ports import Answer, Registry
from chalicelib.projects.record import ProjectRecord

MOST_TRIES = 10
TOKENS_LAST = timedelta(hours=8)
"""How long the contract keeps the answer to a client token."""

type Decide[T] = Callable[[ProjectRecord], tuple[ProjectRecord, T]]
"""Makes the next record, and the answer, of the present one; or raises. It may be called several times."""


@dataclass(frozen=True, slots=True)
class Call[T]:
    """A call that changes a project: its client token, if any, and the parameters that must be the same with it."""

    operation: Operation
    token: str | None
    parameters: tuple[object, ...]
    answer: TypeAdapter[T]

    def __post_init__(self) -> None:
        require_token(self.token)

    @property
    def digest(self) -> str:
        """The same for the same parameters."""
        return sha256(repr(self.parameters).encode()).hexdigest()


def change[T](project: str, decide: Decide[T], *, call: Call[T] | None = None, registry: Registry, clock: Clock) -> T:
    """Commit what `decide` makes of the project, and return its answer.

    A call whose token was used in the last 8 hours changes nothing and returns the answer of then. `Conflict` if that
    was for other parameters, or if others change the project all the time.
    """
    for _ in range(MOST_TRIES):
        before = registry.find(project)
        # After the record: if that has what another call with this token committed, the answer is there too.
        if call is not None and (known := _known(project, call, registry, clock)) is not None:
            return call.answer.validate_json(known.value)
        after, value = decide(before)
        answer = _to_keep(call, value, clock)
        if (after is before and answer is None) or registry.commit(before, after, answer, at=clock()):
            return value
    raise Conflict(project, ResourceType.PROJECT, f"others are changing project {project} now: try again")


def _known[T](project: str, call: Call[T], registry: Registry, clock: Clock) -> Answer | None:
    answer = None if call.token is None else registry.answer(project, call.operation, call.token)
    if answer is None or answer.expires_at <= clock():
        return None
    if answer.request != call.digest:
        raise Conflict(
            project,
            ResourceType.PROJECT,
            f"the ClientToken {call.token} was used for another {call.operation}: use a new one for each new call",
        )
    return answer


def _to_keep[T](call: Call[T] | None, value: T, clock: Clock) -> Answer | None:
    if call is None or call.token is None:
        return None
    text = call.answer.dump_json(value).decode()
    return Answer(call.operation, call.token, call.digest, text, clock() + TOKENS_LAST)
