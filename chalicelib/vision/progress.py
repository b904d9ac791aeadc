"""How training reports its progress."""

from collections.abc import Iterable
from typing import Protocol


class Progress(Protocol):
    """Wraps the items of a step and reports each as it passes, as progress bars do."""

    def __call__[T](self, items: Iterable[T], step: str, total: int) -> Iterable[T]:
        """The same items, of which there are `total`; `step` names what is done to them."""
        ...


def silent[T](items: Iterable[T], step: str, total: int) -> Iterable[T]:  # noqa: ARG001
    """Reports nothing."""
    return items
