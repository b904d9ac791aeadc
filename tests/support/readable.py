"""What readers of many return, when all of it must be readable."""

from collections.abc import Iterable

from chalicelib.core.unreadable import Unreadable


def readable[T](things: Iterable[T | Unreadable]) -> list[T]:
    """The things; the test fails if one of them could not be read."""
    found: list[T] = []
    for thing in things:
        assert not isinstance(thing, Unreadable), thing
        found.append(thing)
    return found
