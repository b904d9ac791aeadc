"""Show the progress of the camera client, and a summary at the end."""

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

from chalicelib.core.inspection import Verdict
from linewatch.camera.status import ImageStatus, State

MOST_REASONS = 10


class ProgressDisplay:
    """Progress bars of images sent and of verdicts. Safe to use from many threads."""

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
        """Add to the totals of images to send and of verdicts; None when verdicts are not awaited."""
        sent, verdict_bar = self._progress.tasks
        self._progress.update(self._sent, total=sent.completed + images)
        if verdicts is not None:
            self._progress.update(self._verdicts, total=verdict_bar.completed + verdicts, visible=True)

    def update(self, status: ImageStatus) -> None:
        """Count one more status. Print why an image could not be sent, and each verdict other than normal."""
        inspected = status.state is State.INSPECTED
        with self._lock:
            self._counts[str(status.verdict if inspected else status.state)] += 1
            note = ", ".join(f"{count} {name}" for name, count in self._counts.items() if name != State.UPLOADED)
        self._progress.update(self._verdicts if inspected else self._sent, advance=1, note=note if inspected else "")
        if not status.sent:
            self._progress.update(self._verdicts, total=(self._progress.tasks[1].total or 0) - 1)
            self.log(f"{status.state}: {status.cause}")
        elif inspected and status.verdict != Verdict.NORMAL:
            more = "; ".join(filter(None, (status.cause, status.spot)))
            self.log(f"{_printable(status.file)}: {status.verdict}" + (f", {more}" if more else ""))

    def log(self, message: str) -> None:
        """Print one line above the bars, unless it repeats the last line: a service may be down for days."""
        with self._lock:
            if message == self._last_message:
                return
            self._last_message = message
        self._progress.console.print(Text(message), soft_wrap=True)


def counted(statuses: Sequence[ImageStatus]) -> dict[str, int]:
    """The number of images by state, or by verdict when inspected."""
    return dict(Counter(str(status.verdict or status.state) for status in statuses))


def summary(statuses: Sequence[ImageStatus], others: Mapping[str, int]) -> RenderableType:
    """The number of images by status, why images could not be sent, and the number of other files."""
    table = Table("status", Column("images", justify="right"))
    for name, count in counted(statuses).items():
        table.add_row(name, str(count))
    files_by_reason: dict[tuple[str, str], list[str]] = {}
    for status in statuses:
        if not status.sent:
            files_by_reason.setdefault((status.state, str(status.cause)), []).append(status.file)
    reasons = [f"{state}: {reason} ({_names(files)})" for (state, reason), files in files_by_reason.items()]
    more = [f"and {len(reasons) - MOST_REASONS} other reasons"] if len(reasons) > MOST_REASONS else []
    return Group(table, *map(Text, reasons[:MOST_REASONS] + more + _other_files(others)))


def _other_files(others: Mapping[str, int]) -> list[str]:
    if not others:
        return []
    kinds = ", ".join(f"{count} {_printable(kind)}" for kind, count in sorted(others.items()))
    return [f"skipped, because they are not images: {kinds}"]


def _names(files: Sequence[str]) -> str:
    return _printable(files[0]) if len(files) == 1 else f"{len(files)} images, the first is {_printable(files[0])}"


def _printable(name: str) -> str:
    """The name without control characters and invalid UTF-8, so that any terminal can show it."""
    text = os.fsencode(name).decode(errors="replace")
    return "".join(mark if mark.isprintable() else "\ufffd" for mark in text)
