"""Ports whose caller is killed at a chosen call, or is overtaken by somebody else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.projects.world import World
from tests.support.interleaving import Died

PORTS = ("registry", "entries", "files", "queue", "live", "queues", "mappings", "check", "bus")


@dataclass
class Death:
    """The caller dies before its `calls`-th call, from 0, or after it."""

    calls: int
    after: bool
    struck: bool = field(default=False, init=False)

    def lives(self, *, after: bool) -> None:
        """Raise `Died` when it is time."""
        if self.calls == 0 and self.after is after:
            self.struck = True
            raise Died
        self.calls -= after


@dataclass
class Meanwhile(Death):
    """The caller lives; there somebody else does the `work`, once."""

    work: Callable[[], object]

    def lives(self, *, after: bool) -> None:
        """Do the work when it is time."""
        try:
            super().lives(after=after)
        except Died:
            self.calls = -1
            self.work()


def deaths(kind: Callable[[int, bool], Death] = Death) -> Iterator[Death]:
    """Before and after each call of a work, from its first to its last one: ends when one comes too late to strike."""
    for calls in count():
        for after in (False, True):
            death = kind(calls, after)
            yield death
            if not death.struck:
                assert calls, "the work makes no call at which it could die"
                return


class Mortal:
    """A port that counts its calls."""

    def __init__(self, port: object, death: Death) -> None:
        self._port, self._death = port, death

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if not callable(method):
            return method

        def call(*arguments: Any, **options: Any) -> Any:
            self._death.lives(after=False)
            answer = method(*arguments, **options)
            self._death.lives(after=True)
            return answer

        return call


def killed(world: World, work: Callable[[World], object], death: Death) -> bool:
    """Do the work on ports that the caller may die at; whether it died."""
    ports: dict[str, Any] = {name: Mortal(getattr(world, name), death) for name in PORTS}
    mortal = World(clock=world.clock, **ports)
    try:
        work(mortal)
    except Died:
        return True
    return False


class Overtaken:
    """A port: before the first call of `method`, somebody else does the work."""

    def __init__(self, port: object, method: str, work: Callable[[], object]) -> None:
        self._port, self._method, self._work = port, method, [work]

    def __getattr__(self, name: str) -> Any:
        if name == self._method and self._work:
            self._work.pop()()
        return getattr(self._port, name)


def overtaken(port: object, method: str, work: Callable[[], object]) -> Any:
    """Such a port, typed as any."""
    return Overtaken(port, method, work)
