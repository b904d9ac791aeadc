"""Run several workers step by step, in an order and with faults that a test chooses."""

from collections.abc import Callable
from enum import Enum, auto
from threading import Lock, Thread
from typing import Any


class Order(Enum):
    """What happens to the next call of a worker."""

    GO = auto()
    FAIL_BEFORE = auto()
    FAIL_AFTER = auto()
    DIE_BEFORE = auto()
    DIE_AFTER = auto()


class Died(BaseException):
    """The worker was killed: nothing in it catches this."""


class Worker:
    """One invocation in its own thread, which pauses before every call that it makes through `stepped`."""

    def __init__(self, work: Callable[["Worker"], object]) -> None:
        self.error: BaseException | None = None
        self.call = ""
        self.argument: Any = None
        self.over = False
        self._order = Order.GO
        self._may_go, self._paused = Lock(), Lock()
        self._may_go.acquire()
        self._paused.acquire()
        self._thread = Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()
        self._paused.acquire()

    def step(self, order: Order = Order.GO) -> None:
        """Let it make its call and run to the next call, or to its end."""
        self._order = order
        self._may_go.release()
        self._paused.acquire()
        if self.over:
            self._thread.join()

    def stepped[T](self, port: T) -> T:
        """The port; each of its calls waits for an order."""
        return _Stepped(self, port)  # type: ignore[return-value]

    def obey(self, name: str, call: Callable[..., Any], *arguments: Any) -> Any:
        """Pause before a call, then make it as ordered."""
        self.call, self.argument = name, arguments[-1]
        self._paused.release()
        self._may_go.acquire()
        order = self._order
        if order is Order.DIE_BEFORE:
            raise Died
        if order is Order.FAIL_BEFORE:
            raise ConnectionError("refused")
        answer = call(*arguments)
        if order is Order.DIE_AFTER:
            raise Died
        if order is Order.FAIL_AFTER:
            raise ConnectionError("the answer was lost")
        return answer

    def _run(self, work: Callable[["Worker"], object]) -> None:
        try:
            work(self)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.error = error
        self.over = True
        self._paused.release()


class _Stepped:
    def __init__(self, worker: Worker, port: object) -> None:
        self._worker = worker
        self._port = port

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments: self._worker.obey(name, getattr(self._port, name), *arguments)
