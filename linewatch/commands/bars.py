"""Progress bars on stderr."""

from collections.abc import Callable, Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


def bar[T](title: str) -> Callable[[Iterable[T], int], Iterator[T]]:
    """Passes items on, of which there are so many, and shows how far it is."""

    def passed_on(items: Iterable[T], total: int) -> Iterator[T]:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
            yield from shown.track(items, total=total, description=title)

    return passed_on
