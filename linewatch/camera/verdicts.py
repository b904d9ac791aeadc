"""What the model said: asked for page by page, not image by image."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

from linewatch.camera.api import Api, NotAllowed, Refused
from linewatch.camera.fates import Fate, Journal, State
from linewatch.camera.patience import Passing
from linewatch.camera.uploads import Place

LONGEST = timedelta(days=31)
"""What one listing may span."""
ASKED_SINGLY = 10
PAUSE_SECONDS = 1.0


class Verdicts:
    """The verdicts of a journal's uploaded images. `tell` hears each as it comes."""

    def __init__(self, place: Place, api: Api, journal: Journal, tell: Callable[[Fate], object]) -> None:
        self._place, self._api, self._journal, self._tell = place, api, journal, tell

    def outstanding(self) -> int:
        """How many images have none yet."""
        return sum(map(len, self._waiting().values()))

    def look(self) -> int:
        """Ask once for all images that have none yet; answers how many still have none.

        An image of which the service could not read when it was captured stands elsewhere in the listing. So when
        a listing says nothing new, the images that have waited longest are asked for by their ids.
        """
        waiting = self._waiting()
        before = len(waiting)
        for inspection in self._listed([fates[0] for fates in waiting.values()]):
            self._note(waiting.pop(inspection["inspection_id"], []), inspection)
            if not waiting:
                break
        singly = list(waiting)[:ASKED_SINGLY] if len(waiting) == before else []
        for inspection in filter(None, map(self._api.inspection, singly)):
            self._note(waiting.pop(inspection["inspection_id"]), inspection)
        return sum(map(len, waiting.values()))

    def wait(self, seconds: float, sleep: Callable[[float], object] = time.sleep) -> int:
        """Look until every image has a verdict, or none came for `seconds`; answers how many still have none."""
        left, since = self.look(), time.monotonic()
        while left and time.monotonic() - since < seconds:
            sleep(PAUSE_SECONDS)
            before, left = left, self.look()
            since = since if left == before else time.monotonic()
        return left

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Look every second for as long as the block lasts. What goes wrong is met again, and told, by `wait`."""
        ended = Event()

        def look_again() -> None:
            while not ended.wait(PAUSE_SECONDS):
                with suppress(Passing, Refused, NotAllowed):
                    self.look()

        looking = Thread(target=look_again, name="verdicts")
        looking.start()
        try:
            yield
        finally:
            ended.set()
            looking.join()

    def _waiting(self) -> dict[str, list[Fate]]:
        """The uploaded images without a verdict by inspection: files with the same content have one."""
        waiting: dict[str, list[Fate]] = {}
        for fate in list(self._journal.fates.values()):  # a copy: uploads go on meanwhile
            if fate.state is State.UPLOADED:
                waiting.setdefault(str(fate.inspection_id), []).append(fate)
        return waiting

    def _listed(self, fates: Sequence[Fate]) -> Iterator[dict[str, Any]]:
        for since, until in spans([fate.captured_at for fate in fates if fate.captured_at]):
            yield from self._api.inspections(line=self._place.line, camera=self._place.camera, since=since, until=until)

    def _note(self, fates: Sequence[Fate], inspection: dict[str, Any]) -> None:
        for fate in fates:
            told = fate.inspected(inspection)
            self._journal.tell(told)
            self._tell(told)


def spans(moments: Sequence[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """As few (from, to) as hold all the moments, none longer than a listing may be."""
    ordered = sorted(moments)
    while ordered:
        within = [moment for moment in ordered if moment - ordered[0] < LONGEST]
        yield ordered[0].astimezone(UTC), within[-1].astimezone(UTC)
        ordered = ordered[len(within) :]
