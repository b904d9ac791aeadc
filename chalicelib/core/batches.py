"""Divide what is sent into batches."""

from collections.abc import Callable, Iterable, Iterator


def in_batches[E](entries: Iterable[E], size_of: Callable[[E], int], *, most: int, largest: int) -> Iterator[list[E]]:
    """The entries in their order, in batches of at most `most` of them, whose sizes are at most `largest` together.

    An entry that is larger by itself has a batch of its own.
    """
    batch: list[E] = []
    total = 0
    for entry in entries:
        size = size_of(entry)
        if batch and (len(batch) == most or total + size > largest):
            yield batch
            batch, total = [], 0
        batch.append(entry)
        total += size
    if batch:
        yield batch
