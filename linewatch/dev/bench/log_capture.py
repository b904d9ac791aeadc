"""What Linewatch logs, counted instead of shown."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOBase

from chalicelib.aws import observability


class Sink(TextIOBase):
    """Forgets what is written, and counts its bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0

    def write(self, text: str) -> int:
        self.size += len(text.encode())
        return len(text)


@contextmanager
def logged() -> Iterator[Sink]:
    """Everything that Linewatch's logger writes in the block goes into the sink."""
    observability.configure()
    handlers = [each for each in logging.getLogger("linewatch").handlers if isinstance(each, logging.StreamHandler)]
    sink = Sink()
    before = [(handler, handler.setStream(sink)) for handler in handlers]
    try:
        yield sink
    finally:
        for handler, stream in before:
            handler.setStream(stream)
