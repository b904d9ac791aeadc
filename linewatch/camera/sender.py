"""Send the images of a folder, a batch at a time, and record the status of each."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from chalicelib.uploads.request import LARGEST_BATCH
from linewatch.camera.api import PresignedUpload, Refused, UrlExpired
from linewatch.camera.files import (
    CapturedImage,
    Stamp,
    StillWritten,
    Unsendable,
    batches,
    read_image,
    stamp_of,
)
from linewatch.camera.journal import Journal
from linewatch.camera.retry import TemporaryError
from linewatch.camera.status import ImageStatus, State
from linewatch.camera.uploads import Uploads

AHEAD_SECONDS = 5
"""With a rate, images are read and URLs requested this long in advance."""
REFUSED_AGAIN_SECONDS = 3600.0
"""A watch tries a refused image again after this time: someone may have set a clock or raised a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOptions:
    """How to send. `rate` is in images per second. `clock` replaces the files' times of change."""

    rate: float | None = None
    shrink_to: int | None = None
    at_once: int = 8
    clock: Callable[[], datetime] | None = None

    @property
    def batch(self) -> int:
        """The number of URLs in one request."""
        return LARGEST_BATCH if self.rate is None else max(1, min(LARGEST_BATCH, int(self.rate * AHEAD_SECONDS)))


class Sender:
    """Sends the images of a folder. `echo` gets each new status. Only `AccessDenied` is raised."""

    def __init__(
        self,
        folder: Path,
        uploads: Uploads,
        journal: Journal,
        echo: Callable[[ImageStatus], object],
        options: SendOptions,
    ) -> None:
        self._folder, self._uploads, self._journal, self._echo, self._options = folder, uploads, journal, echo, options
        self._pool = ThreadPoolExecutor(options.at_once, thread_name_prefix="upload")
        self._next_at = time.monotonic()
        self._refused: dict[tuple[str, Stamp], float] = {}
        self.accepted = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown(cancel_futures=True)

    def unsent(self, files: Sequence[Path]) -> list[Path]:
        """The files whose content was never sent, and not refused in the last hour of this run."""
        stamped = [(file, name_of(file, self._folder), stamp) for file in files if (stamp := stamp_of(file))]
        return [
            file
            for file, name, stamp in stamped
            if not self._journal.is_sent(name, stamp) and not self._is_refused(name, stamp)
        ]

    def send(self, files: Sequence[Path]) -> None:
        """Send the files; returns when each has a status. Requests URLs while the last batch is being sent."""
        uploads: list[Future[None]] = []
        for batch in batches(files, self._options.batch):
            images = [image for image in self._pool.map(self._read, batch) if image is not None]
            presigned = self._presigned(images)
            _finish(uploads)
            uploads = []
            for image, upload in presigned:
                self._keep_pace()
                uploads.append(self._pool.submit(self._send_one, image, upload))
        _finish(uploads)

    def refuse(self, files: Mapping[Path, str]) -> None:
        """Record files that cannot be sent, with the reasons."""
        for file, reason in files.items():
            self._record(_unsent(file, self._folder, State.REFUSED, reason))

    def _read(self, file: Path) -> CapturedImage | None:
        try:
            return read_image(file, shrink_to=self._options.shrink_to, clock=self._options.clock)
        except Unsendable as error:
            self._record(_unsent(file, self._folder, State.REFUSED, str(error)))
        except StillWritten as error:
            self._record(_unsent(file, self._folder, State.FAILED, str(error)))
        return None

    def _presigned(self, images: Sequence[CapturedImage]) -> list[tuple[CapturedImage, PresignedUpload]]:
        try:
            presigned, refused = self._uploads.request(images)
        except TemporaryError as error:
            for image in images:
                self._record(self._status(image, State.FAILED, str(error)))
            return []
        self.accepted = self.accepted or bool(presigned)
        for image, reason in refused:
            self._record(self._status(image, State.REFUSED, reason))
        return presigned

    def _send_one(self, image: CapturedImage, upload: PresignedUpload) -> None:
        try:
            image_id, inspection_id = self._uploads.put(image, upload)
        except Refused as error:
            self._record(self._status(image, State.REFUSED, str(error)))
        except (TemporaryError, UrlExpired) as error:
            self._record(self._status(image, State.FAILED, str(error)))
        else:
            uploaded = self._status(image, State.UPLOADED)
            self._record(replace(uploaded, image_id=image_id, inspection_id=inspection_id))

    def _status(self, image: CapturedImage, state: State, reason: str | None = None) -> ImageStatus:
        name = name_of(image.file, self._folder)
        return ImageStatus(file=name, stamp=image.stamp, state=state, captured_at=image.captured_at, cause=reason)

    def _record(self, status: ImageStatus) -> None:
        if status.state is State.REFUSED:
            self._refused[status.file, status.stamp] = time.monotonic() + REFUSED_AGAIN_SECONDS
        if self._journal.append(status):
            self._echo(status)

    def _is_refused(self, name: str, stamp: Stamp) -> bool:
        return time.monotonic() < self._refused.get((name, stamp), 0.0)

    def _keep_pace(self) -> None:
        """Wait until it is time for the next image."""
        if self._options.rate is None:
            return
        now = time.monotonic()
        time.sleep(max(0.0, self._next_at - now))
        self._next_at = max(now, self._next_at) + 1 / self._options.rate


def name_of(file: Path, folder: Path) -> str:
    """The file's name in the journal: its path relative to the folder."""
    return file.relative_to(folder).as_posix()


def _unsent(file: Path, folder: Path, state: State, reason: str) -> ImageStatus:
    return ImageStatus(file=name_of(file, folder), stamp=stamp_of(file) or (0, 0), state=state, cause=reason)


def _finish(uploads: Sequence[Future[None]]) -> None:
    for upload in uploads:
        upload.result()
