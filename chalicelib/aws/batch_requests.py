"""How many entries one request of SQS or EventBridge takes, and how many requests are made at a time."""

from collections.abc import Callable, Iterable, Iterator

from chalicelib.core.batches import in_batches

LARGEST_REQUEST = 10
"""The most entries of one request."""
LARGEST_BYTES = 240_000
"""The most bytes of a request's entries together: AWS allows 256 KiB."""
AT_ONCE = 10
"""The most requests at a time: as many as the largest batch of the stream needs."""


def in_requests[E](entries: Iterable[E], bytes_of: Callable[[E], int]) -> Iterator[list[E]]:
    """The entries by request, in their order. An entry that is too large by itself has a request of its own."""
    return in_batches(entries, bytes_of, most=LARGEST_REQUEST, largest=LARGEST_BYTES)
