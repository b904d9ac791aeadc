"""Bucket, table and lake must agree: what is missing in one is made again from another."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import batched
from typing import Protocol

from chalicelib.core.clock import Clock
from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import LIVE
from chalicelib.inspections.ports import EventBus, InspectionQuery, Inspections
from chalicelib.lake.domain import LakeRow, Partition
from chalicelib.lake.ports import Lake
from chalicelib.recovery.domain import QUEUE_KEEPS, SETTLED, Compared, Gap, Missing
from chalicelib.recovery.ports import ImageFolders, UploadQueue

PIECE = 1000
"""How many are compared at once."""
_NOWHERE = ("unknown", "unknown")
"""The project and line of images whose keys name none."""


class Rows(Protocol):
    """The newest row of each live inspection in a partition, by inspection id."""

    def __call__(self, partition: Partition) -> dict[str, LakeRow]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Compares days, and with `repair` sends again what is missing.

    It may die anywhere and be run again: what is sent twice is recorded once. An image that was deleted or replaced
    after its inspection misses nothing, and neither does anything younger than `SETTLED`. Held in memory at once are
    the identities of one line's rows of one day.
    """

    folders: ImageFolders
    inspections: Inspections
    lake: Lake
    upload_queue: UploadQueue
    bus: EventBus
    clock: Clock

    def compare(self, days: Sequence[date], *, repair: bool) -> Iterator[Compared]:
        """Piece by piece, in the order of `days`, after the images whose keys name no day."""
        yield from self._images(None, self.folders.strays(), repair)
        lines = {*self.folders.lines(), _NOWHERE}
        places = {Partition(day, line) for day in days for _, line in lines}
        places |= {archived for archived, _ in self.lake.partitions() if archived.day in days}
        rows = lru_cache(maxsize=2)(self._newest_rows)
        for day in days:
            yield from self._images(day, self.folders.of_day(day), repair)
            for place in sorted(place for place in places if place.day == day):
                for project in sorted(project for project, line in lines if line == place.line):
                    yield from self._inspections(day, project, place.line, rows, repair)
                yield from self._rows(place, rows)

    def _images(self, day: date | None, images: Iterable[UploadedImage], repair: bool) -> Iterator[Compared]:
        """Every image has an inspection."""
        for piece in batched(images, PIECE):
            settled = [image for image in piece if image.uploaded_at < self.clock() - SETTLED]
            absent = self.inspections.absent([image.inspection_id for image in settled])
            lost, waiting = self._sorted_out([image for image in settled if image.inspection_id in absent])
            if repair:
                self.upload_queue.announce(lost)
            missing = [Missing(Gap.INSPECTION, image.inspection_id, image.key, image.uploaded_at) for image in lost]
            yield Compared(day, "images", len(piece), missing, len(waiting))

    def _sorted_out(self, images: Sequence[UploadedImage]) -> tuple[list[UploadedImage], list[UploadedImage]]:
        """Those that were lost, and those that may wait in the queue, as when their model is stopped.

        To announce these again each night would have them judged as often. When the queue holds fewer messages than
        there are images, some were lost, and it is better to announce all of them.
        """
        forgotten = self.clock() - QUEUE_KEEPS
        may_wait = [image for image in images if image.uploaded_at > forgotten]
        if not may_wait or len(may_wait) > self.upload_queue.waiting():
            return list(images), []
        return [image for image in images if image.uploaded_at <= forgotten], may_wait

    def _inspections(self, day: date, project: str, line: str, rows: Rows, repair: bool) -> Iterator[Compared]:
        """Every live inspection has its row in the lake, as new as itself."""
        since = datetime.combine(day, time.min, UTC)
        until = datetime.combine(day, time.max, UTC)
        query = InspectionQuery(project=project, line=line, since=since, until=until)
        for piece in batched(self.inspections.of_line(query), PIECE):
            events = [event for event in map(event_of, piece) if self._unarchived(event, rows)]
            if repair:
                self.bus.publish(events)
            missing = [
                Missing(Gap.ROW, event.inspection.inspection_id, event.inspection.key, event.occurred_at)
                for event in events
            ]
            yield Compared(day, "inspections", len(piece), missing)

    def _unarchived(self, event: AnyInspectionEvent, rows: Rows) -> bool:
        if event.occurred_at > self.clock() - SETTLED:
            return False
        row = rows(Partition.of(event.inspection)).get(event.inspection.inspection_id)
        return row is None or row.rank < (event.inspection.revision, event.occurred_at)

    def _rows(self, partition: Partition, rows: Rows) -> Iterator[Compared]:
        """Every live row of the lake is of an inspection in the table."""
        for piece in batched(rows(partition).values(), PIECE):
            absent = self.inspections.absent([row.inspection_id for row in piece])
            missing = [
                Missing(Gap.ITEM, row.inspection_id, partition.prefix, row.occurred_at)
                for row in piece
                if row.inspection_id in absent
            ]
            yield Compared(partition.day, "rows", len(piece), missing)

    def _newest_rows(self, partition: Partition) -> dict[str, LakeRow]:
        newest: dict[str, LakeRow] = {}
        for row in self.lake.rows(partition):
            if row.run == LIVE and (row.inspection_id not in newest or newest[row.inspection_id].rank < row.rank):
                newest[row.inspection_id] = row
        return newest
