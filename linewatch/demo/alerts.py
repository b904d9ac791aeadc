"""Alerts heard while something else goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from linewatch.operate.alert_feed import Arrived, ReceivedAlert, follow
from linewatch.stack.local import LocalStack

WAIT_SECONDS = 1
"""How long one look for alerts waits, and so how long the end of the block may."""


@contextmanager
def alerts_heard(stack: LocalStack, hear: Callable[[ReceivedAlert], None]) -> Iterator[None]:
    """Subscribe to the stack's alerts for as long as the block lasts; `hear` gets each, in a thread of its own."""
    ended = Event()
    with follow(stack) as arrived:
        listening = Thread(target=_listen, args=(arrived, hear, ended), name="alerts")
        listening.start()
        try:
            yield
        finally:
            ended.set()
            listening.join()


def _listen(arrived: Arrived, hear: Callable[[ReceivedAlert], None], ended: Event) -> None:
    last = False
    while not last:
        last = ended.is_set()  # one more look after the end
        for alert in arrived(WAIT_SECONDS):
            hear(alert)
