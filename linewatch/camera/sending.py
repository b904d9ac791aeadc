"""A camera: sends a folder's images, a hundred at a time, and writes down what became of each."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from linewatch.camera.api import Expired, Refused, Terms
from linewatch.camera.fates import Fate, Journal, State
from linewatch.camera.files import LARGEST_BATCH, Shot, Stamp, Unsendable, batches, stamp_of, take
from linewatch.camera.patience import Passing
from linewatch.camera.uploads import Uploads

AHEAD_SECONDS = 5
"""How long ahead images are read and URLs asked for when they are sent at a rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How it sends. `rate` is in images per second; `clock` replaces the time at which a file was changed."""

    rate: float | None = None
    shrink_to: int | None = None
    at_once: int = 8
    clock: Callable[[], datetime] | None = None

    @property
    def batch(self) -> int:
        """How many images leave is asked for at once."""
        return LARGEST_BATCH if self.rate is None else max(1, min(LARGEST_BATCH, int(self.rate * AHEAD_SECONDS)))


class Camera:
    """Sends the images of a folder. `tell` hears each fate; `NotAllowed` ends it, all else is some image's fate."""

    def __init__(
        self, folder: Path, uploads: Uploads, journal: Journal, tell: Callable[[Fate], object], habits: Habits
    ) -> None:
        self._folder, self._uploads, self._journal, self._tell, self._habits = folder, uploads, journal, tell, habits
        self._pool = ThreadPoolExecutor(habits.at_once, thread_name_prefix="upload")
        self._next_at = time.monotonic()
        self._refused: set[tuple[str, Stamp]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown(cancel_futures=True)

    def name_of(self, file: Path) -> str:
        """The file's name in the journal: its path below the folder."""
        return file.relative_to(self._folder).as_posix()

    def unsent(self, files: Sequence[Path]) -> list[Path]:
        """Those of the files whose present content was neither sent, ever, nor refused in this run."""
        stamped = [(file, self.name_of(file), stamp) for file in files if (stamp := stamp_of(file))]
        return [
            file
            for file, name, stamp in stamped
            if not self._journal.sent(name, stamp) and (name, stamp) not in self._refused
        ]

    def send(self, files: Sequence[Path]) -> None:
        """Send them all; returns when the fate of each is known. Leave is asked for a batch while the last is sent."""
        under_way: list[Future[None]] = []
        for batch in batches(files, self._habits.batch):
            allowed = self._allowed([shot for shot in self._pool.map(self._taken, batch) if shot is not None])
            _finish(under_way)
            under_way = []
            for shot, terms in allowed:
                self._keep_pace()
                under_way.append(self._pool.submit(self._send_one, shot, terms))
        _finish(under_way)

    def _taken(self, file: Path) -> Shot | None:
        try:
            return take(file, shrink_to=self._habits.shrink_to, clock=self._habits.clock)
        except Unsendable as error:
            stamp = stamp_of(file) or (0, 0)
            self._note(Fate(file=self.name_of(file), stamp=stamp, state=State.REFUSED, cause=str(error)))
            return None

    def _allowed(self, shots: Sequence[Shot]) -> list[tuple[Shot, Terms]]:
        try:
            allowed, refused = self._uploads.request(shots)
        except Passing as error:
            for shot in shots:
                self._note(self._fate(shot, State.FAILED, cause=str(error)))
            return []
        for shot, cause in refused:
            self._note(self._fate(shot, State.REFUSED, cause=cause))
        return allowed

    def _send_one(self, shot: Shot, terms: Terms) -> None:
        try:
            image_id, inspection_id = self._uploads.put(shot, terms)
        except Refused as error:
            self._note(self._fate(shot, State.REFUSED, cause=str(error)))
        except (Passing, Expired) as error:
            self._note(self._fate(shot, State.FAILED, cause=str(error)))
        else:
            uploaded = self._fate(shot, State.UPLOADED)
            self._note(replace(uploaded, image_id=image_id, inspection_id=inspection_id))

    def _fate(self, shot: Shot, state: State, *, cause: str | None = None) -> Fate:
        name = self.name_of(shot.file)
        return Fate(file=name, stamp=shot.stamp, state=state, captured_at=shot.captured_at, cause=cause)

    def _note(self, fate: Fate) -> None:
        if fate.state is State.REFUSED:
            self._refused.add((fate.file, fate.stamp))
        self._journal.tell(fate)
        self._tell(fate)

    def _keep_pace(self) -> None:
        """Wait until the next image is due."""
        if self._habits.rate is None:
            return
        now = time.monotonic()
        time.sleep(max(0.0, self._next_at - now))
        self._next_at = max(now, self._next_at) + 1 / self._habits.rate


def _finish(uploads: Sequence[Future[None]]) -> None:
    for upload in uploads:
        upload.result()
