"""Show alerts while images are sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from linewatch.operate.alert_feed import Arrived, ReceivedAlert, follow
from linewatch.stack.local import LocalStack

WAIT_SECONDS = 1
"""How long one request waits for alerts. The end of the block waits at most as long."""


@contextmanager
def alerts_shown(stack: LocalStack, show: Callable[[ReceivedAlert], None]) -> Iterator[None]:
    """Call `show` with each alert of the stack during the block, on another thread."""
    ended = Event()
    with follow(stack) as receive:
        listener = Thread(target=_listen, args=(receive, show, ended), name="alerts")
        listener.start()
        try:
            yield
        finally:
            ended.set()
            listener.join()


def _listen(receive: Arrived, show: Callable[[ReceivedAlert], None], ended: Event) -> None:
    last = False
    while not last:
        last = ended.is_set()  # one more request after the end
        for alert in receive(WAIT_SECONDS):
            show(alert)
