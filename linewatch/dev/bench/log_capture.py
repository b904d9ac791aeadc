"""Count the bytes that Linewatch logs instead of printing them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOBase

from chalicelib.aws import observability


class Sink(TextIOBase):
    """Counts the bytes written to it and discards them."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0

    def write(self, text: str) -> int:
        self.size += len(text.encode())
        return len(text)


@contextmanager
def log_captured() -> Iterator[Sink]:
    """During the block, Linewatch's logger writes to the sink."""
    observability.configure()
    handlers = [each for each in logging.getLogger("linewatch").handlers if isinstance(each, logging.StreamHandler)]
    sink = Sink()
    originals = [(handler, handler.setStream(sink)) for handler in handlers]
    try:
        yield sink
    finally:
        for handler, stream in originals:
            handler.setStream(stream)
