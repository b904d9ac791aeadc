"""The whole job of the camera client: send a folder, once or continuously, and wait for the verdicts."""

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from chalicelib.models.image_files import FolderListing, find_images
from linewatch.camera.api import AccessDenied, Api
from linewatch.camera.files import stamp_of, watched
from linewatch.camera.journal import Journal
from linewatch.camera.progress import ProgressDisplay
from linewatch.camera.sender import Sender, SendOptions, name_of
from linewatch.camera.status import ImageStatus, State
from linewatch.camera.uploads import CameraLocation, Uploads
from linewatch.camera.verdicts import Verdicts

LOOK_AGAIN_SECONDS = 1.0
DENIED_AGAIN_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The folder to send, the camera, and how to send. With `wait_seconds` None, it does not wait for verdicts."""

    folder: Path
    location: CameraLocation
    options: SendOptions
    watch: bool = False
    wait_seconds: float | None = None


def run(
    job: Job, api: Api, journal: Journal, display: ProgressDisplay, sleep: Callable[[float], object] = time.sleep
) -> list[ImageStatus]:
    """Do the job and return the status of each image in the folder. A watch ends with KeyboardInterrupt.

    `AccessDenied` when the key or the address is wrong; a watch that was accepted before tries again instead.
    `Refused` when the service does not list verdicts.
    """
    verdicts = Verdicts(job.location, api, journal, display.update, display.log)
    waiting = job.wait_seconds is not None
    ends = [KeyboardInterrupt] if job.watch else []
    with (
        suppress(*ends),
        verdicts.meanwhile() if waiting else nullcontext(),
        Sender(job.folder, Uploads(job.location, api), journal, display.update, job.options) as sender,
    ):
        try:
            for listing in _listings(job, sleep):
                unsent = sender.unsent(listing.images)
                display.expect(len(unsent), verdicts.outstanding() + len(unsent) if waiting else None)
                sender.refuse(listing.unusable)
                _send(sender, unsent, job, display, sleep)
        except BaseException:
            api.stop_retrying()
            raise
    if job.wait_seconds is not None:
        verdicts.wait(job.wait_seconds, sleep)
    return statuses_of(job.folder, journal)


def statuses_of(folder: Path, journal: Journal) -> list[ImageStatus]:
    """The status of each image in the folder, and of each unusable file. It is `failed` for an image never sent."""
    listing = find_images(folder)
    files = [*listing.images, *listing.unusable]
    return [_status_of(file, name_of(file, folder), journal) for file in files]


def _send(
    sender: Sender, files: list[Path], job: Job, display: ProgressDisplay, sleep: Callable[[float], object]
) -> None:
    try:
        sender.send(files)
    except AccessDenied as error:
        if not job.watch or not sender.accepted:
            raise
        display.log(f"{error}; trying again")
        sleep(DENIED_AGAIN_SECONDS)


def _status_of(file: Path, name: str, journal: Journal) -> ImageStatus:
    status, stamp = journal.statuses.get(name), stamp_of(file) or (0, 0)
    if status is not None and (status.stamp == stamp or not file.is_file()):
        return status
    return ImageStatus(file=name, stamp=stamp, state=State.FAILED, cause="it was not sent before the client stopped")


def _listings(job: Job, sleep: Callable[[float], object]) -> Iterable[FolderListing]:
    if job.watch:
        return watched(job.folder, lambda: sleep(LOOK_AGAIN_SECONDS))
    return [find_images(job.folder)]
