"""What a person sees of a camera at work, and of its work at the end."""

from collections import Counter
from collections.abc import Sequence
from threading import Lock
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from linewatch.camera.fates import Fate, State

MOST_CAUSES = 10


class Show:
    """A progress bar of images sent, and one of verdicts when they are waited for. Counts fates as they are told."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<9}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=console,
        )
        self._sent = self._progress.add_task("sent", total=0, note="")
        self._verdicts = self._progress.add_task("verdicts", total=0, note="", visible=False)
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._progress.stop()

    def expect(self, images: int, verdicts: int | None) -> None:
        """So many more are to be sent, and so many verdicts to come; None when they are not waited for."""
        sent, judged = self._progress.tasks
        self._progress.update(self._sent, total=sent.completed + images)
        if verdicts is not None:
            self._progress.update(self._verdicts, total=judged.completed + verdicts, visible=True)

    def __call__(self, fate: Fate) -> None:
        """One more fate is known."""
        judged = fate.state is State.INSPECTED
        with self._lock:
            self._counts[str(fate.verdict if judged else fate.state)] += 1
            note = ", ".join(f"{count} {name}" for name, count in self._counts.items() if name != State.UPLOADED)
        self._progress.update(self._verdicts if judged else self._sent, advance=1, note=note if judged else "")
        if not fate.sent:
            self._progress.update(self._verdicts, total=(self._progress.tasks[1].total or 0) - 1)


def counted(fates: Sequence[Fate]) -> dict[str, int]:
    """How many images have each state or, when inspected, each verdict."""
    return dict(Counter(str(fate.verdict or fate.state) for fate in fates))


def summary(fates: Sequence[Fate]) -> RenderableType:
    """How many images had which fate, and why some could not be sent."""
    table = Table("fate", Column("images", justify="right"))
    for name, count in counted(fates).items():
        table.add_row(name, str(count))
    causes: dict[tuple[str, str], list[str]] = {}
    for fate in fates:
        if not fate.sent:
            causes.setdefault((fate.state, str(fate.cause)), []).append(fate.file)
    reasons = [f"{state}: {cause} ({_named(files)})" for (state, cause), files in causes.items()]
    more = [f"and {len(reasons) - MOST_CAUSES} other causes"] if len(reasons) > MOST_CAUSES else []
    return Group(table, *map(Text, reasons[:MOST_CAUSES] + more))


def _named(files: Sequence[str]) -> str:
    return files[0] if len(files) == 1 else f"{len(files)} images, the first is {files[0]}"
