"""A camera's work from beginning to end: send a folder once or as it fills, and wait for the verdicts."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from linewatch.camera.api import Api
from linewatch.camera.fates import Fate, Journal, State
from linewatch.camera.files import images_in, stamp_of, watched
from linewatch.camera.sending import Camera, Habits
from linewatch.camera.showing import Show
from linewatch.camera.uploads import Place, Uploads
from linewatch.camera.verdicts import Verdicts

LOOK_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be sent, from where and how. `wait_seconds` is None when verdicts are not waited for."""

    folder: Path
    place: Place
    habits: Habits
    watch: bool = False
    wait_seconds: float | None = None


def carry_out(
    work: Work, api: Api, journal: Journal, show: Show, sleep: Callable[[float], object] = time.sleep
) -> list[Fate]:
    """Do the work and answer the fates of the folder's images. A watch ends with KeyboardInterrupt.

    `NotAllowed` when the key or the address is wrong; `Refused` or `Passing` when verdicts cannot be asked for.
    """
    verdicts = Verdicts(work.place, api, journal, show)
    waiting = work.wait_seconds is not None
    ends = [KeyboardInterrupt] if work.watch else []
    with (
        suppress(*ends),
        verdicts.meanwhile() if waiting else nullcontext(),
        Camera(work.folder, Uploads(work.place, api), journal, show, work.habits) as camera,
    ):
        for files in _files(work, sleep):
            unsent = camera.unsent(files)
            show.expect(len(unsent), verdicts.outstanding() + len(unsent) if waiting else None)
            camera.send(unsent)
    if work.wait_seconds is not None:
        verdicts.wait(work.wait_seconds, sleep)
    return fates_of(work.folder, journal)


def fates_of(folder: Path, journal: Journal) -> list[Fate]:
    """The fate of each image in the folder; `failed` where it was never sent as it now is."""
    return [_fate_of(file, file.relative_to(folder).as_posix(), journal) for file in images_in(folder)]


def _fate_of(file: Path, name: str, journal: Journal) -> Fate:
    fate, stamp = journal.fates.get(name), stamp_of(file) or (0, 0)
    if fate is not None and fate.stamp == stamp:
        return fate
    return Fate(file=name, stamp=stamp, state=State.FAILED, cause="it was not sent before the work ended")


def _files(work: Work, sleep: Callable[[float], object]) -> Iterable[Sequence[Path]]:
    if work.watch:
        return watched(work.folder, lambda: sleep(LOOK_AGAIN_SECONDS))
    return [images_in(work.folder)]
