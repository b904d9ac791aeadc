"""Get verdicts, by pages of inspections instead of image by image."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any

from chalicelib.inspections.search import LONGEST
from linewatch.camera.api import AccessDenied, Api, Refused
from linewatch.camera.journal import Echo, Journal
from linewatch.camera.retry import TemporaryError
from linewatch.camera.status import ImageStatus, State
from linewatch.camera.uploads import CameraLocation

REQUESTED_SINGLY = 10
PAUSE_SECONDS = 1.0
OVERDUE_SECONDS = 3600.0
"""After this time, a watch no longer lists an image: one lost verdict would make its lists longer and longer."""


class Verdicts:
    """The verdicts of a journal's uploaded images. `update` gets each new status, `echo` each error."""

    def __init__(
        self,
        location: CameraLocation,
        api: Api,
        journal: Journal,
        update: Callable[[ImageStatus], object],
        echo: Echo,
    ) -> None:
        self._location, self._api, self._journal, self._update, self._echo = location, api, journal, update, echo
        self._waiting_since: dict[str, float] = {}

    def outstanding(self) -> int:
        """The number of images without a verdict."""
        return sum(map(len, self._waiting().values()))

    def look(self, overdue_seconds: float | None = None) -> int:
        """Request the verdicts once. Returns the number of images that still have none.

        With `overdue_seconds`, leaves out images that have waited longer. When the service could not read an image's
        time of capture, the inspection has another time and is not in the list. So when a list has no new verdict,
        this requests the images that have waited longest by their ids.
        """
        waiting = self._waiting(overdue_seconds)
        before = len(waiting)
        for inspection in self._listed([statuses[0] for statuses in waiting.values()]):
            self._record(waiting.pop(inspection["inspection_id"], []), inspection)
            if not waiting:
                break
        singly = list(waiting)[:REQUESTED_SINGLY] if len(waiting) == before else []
        for inspection in filter(None, map(self._api.inspection, singly)):
            self._record(waiting.pop(inspection["inspection_id"]), inspection)
        return self.outstanding()

    def wait(self, seconds: float, sleep: Callable[[float], object] = time.sleep) -> int:
        """Wait until every image has a verdict, or no new one came for `seconds`. Returns the number without one.

        The time also counts while the service is down. `AccessDenied` and `Refused` end the wait.
        """
        left, since = self._look(), time.monotonic()
        while left and time.monotonic() - since < seconds:
            sleep(PAUSE_SECONDS)
            before, left = left, self._look()
            since = since if left == before else time.monotonic()
        return left

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Request verdicts every second during the block. Errors are shown; `wait` will raise them again."""
        ended = Event()

        def look_again() -> None:
            while not ended.wait(PAUSE_SECONDS):
                try:
                    self._look(OVERDUE_SECONDS)
                except (Refused, AccessDenied) as error:
                    self._echo(f"verdicts: {error}")

        thread = Thread(target=look_again, name="verdicts")
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _look(self, overdue_seconds: float | None = None) -> int:
        try:
            return self.look(overdue_seconds)
        except TemporaryError as error:
            self._echo(f"verdicts cannot be asked for: {error}")
            return self.outstanding()

    def _waiting(self, overdue_seconds: float | None = None) -> dict[str, list[ImageStatus]]:
        """The uploaded images without a verdict, by inspection id. Files with the same content have one inspection."""
        waiting: dict[str, list[ImageStatus]] = {}
        for status in list(self._journal.statuses.values()):  # a copy, because uploads continue
            if status.state is State.UPLOADED:
                waiting.setdefault(str(status.inspection_id), []).append(status)
        now = time.monotonic()
        self._waiting_since = {each: self._waiting_since.get(each, now) for each in waiting}
        if overdue_seconds is None:
            return waiting
        return {
            each: statuses for each, statuses in waiting.items() if now - self._waiting_since[each] < overdue_seconds
        }

    def _listed(self, statuses: Sequence[ImageStatus]) -> Iterator[dict[str, Any]]:
        line, camera = self._location.line, self._location.camera
        for since, until in spans([status.captured_at for status in statuses if status.captured_at]):
            yield from self._api.inspections(line=line, camera=camera, since=since, until=until)

    def _record(self, statuses: Sequence[ImageStatus], inspection: dict[str, Any]) -> None:
        for status in statuses:
            try:
                inspected = status.with_inspection(inspection)
            except ValueError as error:
                self._echo(str(error))
                continue
            self._journal.append(inspected)
            self._update(inspected)


def spans(moments: Sequence[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """The fewest intervals (from, to) that contain all moments; none is longer than a list may be."""
    ordered = sorted(moments)
    while ordered:
        within = [moment for moment in ordered if moment - ordered[0] < LONGEST]
        yield ordered[0].astimezone(UTC), within[-1].astimezone(UTC)
        ordered = ordered[len(within) :]
