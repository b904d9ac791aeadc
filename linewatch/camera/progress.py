"""What a person sees of the camera client: progress while it works, and a summary at the end."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from threading import Lock
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from linewatch.camera.status import ImageStatus, State

MOST_CAUSES = 10


class ProgressDisplay:
    """A progress bar of images sent, and one of verdicts when they are waited for. May be used by many threads."""

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
        self._last_message = ""
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

    def update(self, status: ImageStatus) -> None:
        """Count one more status, and say why an image could not be sent."""
        judged = status.state is State.INSPECTED
        with self._lock:
            self._counts[str(status.verdict if judged else status.state)] += 1
            note = ", ".join(f"{count} {name}" for name, count in self._counts.items() if name != State.UPLOADED)
        self._progress.update(self._verdicts if judged else self._sent, advance=1, note=note if judged else "")
        if not status.sent:
            self._progress.update(self._verdicts, total=(self._progress.tasks[1].total or 0) - 1)
            self.log(f"{status.state}: {status.cause}")

    def log(self, message: str) -> None:
        """Print one line above the bars, unless it is the last one again: a service may be away for days."""
        with self._lock:
            if message == self._last_message:
                return
            self._last_message = message
        self._progress.console.print(Text(message), soft_wrap=True)


def counted(statuses: Sequence[ImageStatus]) -> dict[str, int]:
    """How many images have each state or, when inspected, each verdict."""
    return dict(Counter(str(status.verdict or status.state) for status in statuses))


def summary(statuses: Sequence[ImageStatus], others: Mapping[str, int]) -> RenderableType:
    """How many images have which status, why some could not be sent, and which other files were passed over."""
    table = Table("status", Column("images", justify="right"))
    for name, count in counted(statuses).items():
        table.add_row(name, str(count))
    causes: dict[tuple[str, str], list[str]] = {}
    for status in statuses:
        if not status.sent:
            causes.setdefault((status.state, str(status.cause)), []).append(status.file)
    reasons = [f"{state}: {cause} ({_named(files)})" for (state, cause), files in causes.items()]
    more = [f"and {len(reasons) - MOST_CAUSES} other causes"] if len(reasons) > MOST_CAUSES else []
    return Group(table, *map(Text, reasons[:MOST_CAUSES] + more + _passed_over(others)))


def _passed_over(others: Mapping[str, int]) -> list[str]:
    if not others:
        return []
    kinds = ", ".join(f"{count} {_printable(kind)}" for kind, count in sorted(others.items()))
    return [f"passed over, because they are no images: {kinds}"]


def _named(files: Sequence[str]) -> str:
    return _printable(files[0]) if len(files) == 1 else f"{len(files)} images, the first is {_printable(files[0])}"


def _printable(name: str) -> str:
    """The name as any terminal can show it: bytes that are no UTF-8, and control characters, are replaced."""
    text = os.fsencode(name).decode(errors="replace")
    return "".join(mark if mark.isprintable() else "\ufffd" for mark in text)
