"""Compare bucket, table and lake, and restore what is missing in one from another."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import batched, groupby

from chalicelib.aws.observability import log_event
from chalicelib.core.clock import Clock
from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import LIVE, Inspection
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.ports import InspectionQuery, Inspections, Publisher
from chalicelib.lake.domain import LakeRow, Partition
from chalicelib.lake.ports import Lake
from chalicelib.recovery.domain import QUEUE_KEEPS, SETTLED, Compared, Gap, Missing
from chalicelib.recovery.ports import Acknowledgements, ImageFolders, UploadQueue

PIECE = 1000
"""The most images, inspections or rows of one piece."""
_UNKNOWN = ("unknown", "unknown")
"""The project and line of images whose keys do not name them."""


@dataclass(frozen=True, slots=True)
class PartitionRows:
    """The newest row of each live inspection in a partition, by inspection id, and the files that cannot be read."""

    newest: dict[str, LakeRow]
    unreadable: list[Unreadable]


type Rows = Callable[[Partition], PartitionRows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Compares days and, with `repair`, sends again what is missing.

    This can stop at any point and run again: what is sent twice is recorded once. Nothing is missing for an image that
    was deleted or replaced after its inspection, or for anything younger than `SETTLED`. It keeps the row identities of
    at most two partitions in memory.
    """

    folders: ImageFolders
    inspections: Inspections
    lake: Lake
    upload_queue: UploadQueue
    publisher: Publisher
    acknowledgements: Acknowledgements
    clock: Clock
    messages_lost_since: datetime | None = None  # where a crash may have taken them from the queues

    def compare(self, days: Sequence[date], *, repair: bool) -> Iterator[Compared]:
        """Compare piece by piece: first the images whose keys have no day, then the days in the order of `days`."""
        yield from self._images(None, self.folders.strays(), repair)
        lines = {*self.folders.lines(), *self.inspections.lines(), _UNKNOWN}
        partitions = {Partition(day, line) for day in days for _, line in lines}
        partitions |= {archived for archived, _ in self.lake.partitions() if archived.day in days}
        rows = lru_cache(maxsize=2)(self._newest_rows)
        for day in days:
            yield from self._images(day, self.folders.of_day(day), repair)
            for partition in sorted(partition for partition in partitions if partition.day == day):
                archived_by = {row.project for row in rows(partition).newest.values()}
                for project in sorted({project for project, line in lines if line == partition.line} | archived_by):
                    yield from self._inspections(day, project, partition.line, rows, repair)
                yield from self._rows(partition, rows)

    def _images(self, day: date | None, images: Iterable[UploadedImage], repair: bool) -> Iterator[Compared]:
        """Every image must have an inspection."""
        for piece in batched(images, PIECE):
            settled = [image for image in piece if image.uploaded_at < self.clock() - SETTLED]
            absent = self.inspections.absent([image.inspection_id for image in settled])
            lost, waiting = self._lost_and_waiting([image for image in settled if image.inspection_id in absent])
            missing = [Missing(Gap.INSPECTION, image.inspection_id, image.key, image.uploaded_at) for image in lost]
            compared = self._compared(day, "images", len(piece), missing, waiting=len(waiting))
            if repair:
                wanted = {each.inspection_id for each in compared.missing}
                self.upload_queue.announce([image for image in lost if image.inspection_id in wanted])
            yield compared

    def _lost_and_waiting(self, images: Sequence[UploadedImage]) -> tuple[list[UploadedImage], list[UploadedImage]]:
        """Split images into those that were lost and those that may still wait in a queue, as without a hosted model.

        An image that waits is not announced again, because it would be inspected once for each announcement. If the
        queues hold fewer messages than a project has such images, some were lost, and all of them are announced again.
        So are those whose messages a crash may have taken: a message that is there twice would hide one that is not.
        """
        oldest, crashed = self.clock() - QUEUE_KEEPS, self.messages_lost_since or datetime.max.replace(tzinfo=UTC)
        lost = [image for image in images if not oldest < image.uploaded_at < crashed]
        waiting: list[UploadedImage] = []
        recent = sorted((image for image in images if oldest < image.uploaded_at < crashed), key=_project)
        for project, group in groupby(recent, key=_project):
            of_project = list(group)
            (lost if len(of_project) > self.upload_queue.waiting(project) else waiting).extend(of_project)
        return lost, waiting

    def _inspections(self, day: date, project: str, line: str, rows: Rows, repair: bool) -> Iterator[Compared]:
        """Every live inspection must have a row in the lake that is as new."""
        since = datetime.combine(day, time.min, UTC)
        until = datetime.combine(day, time.max, UTC)
        query = InspectionQuery(project=project, line=line, since=since, until=until)
        for piece in batched(self.inspections.of_line(query), PIECE):
            unreadable = [each for each in piece if isinstance(each, Unreadable)]
            inspections = [each for each in piece if isinstance(each, Inspection)]
            events = [event for event in map(event_of, inspections) if self._unarchived(event, rows)]
            missing = [
                Missing(Gap.ROW, event.inspection.inspection_id, event.inspection.key, event.occurred_at)
                for event in events
            ]
            compared = self._compared(day, "inspections", len(piece), missing, unreadable=unreadable)
            if repair:
                wanted = {each.inspection_id for each in compared.missing}
                self._publish([event for event in events if event.inspection.inspection_id in wanted])
            yield compared

    def _publish(self, events: Sequence[AnyInspectionEvent]) -> None:
        for event, reason in self.publisher.publish(events):
            log_event("an event is refused", inspection_id=event.inspection.inspection_id, reason=reason)

    def _unarchived(self, event: AnyInspectionEvent, rows: Rows) -> bool:
        if event.occurred_at > self.clock() - SETTLED:
            return False
        row = rows(Partition.of(event.inspection)).newest.get(event.inspection.inspection_id)
        return row is None or row.rank < (event.inspection.revision, event.occurred_at)

    def _rows(self, partition: Partition, rows: Rows) -> Iterator[Compared]:
        """Every live row of the lake must have an inspection in the table."""
        stored = rows(partition)
        for piece in batched(stored.newest.values(), PIECE):
            absent = self.inspections.absent([row.inspection_id for row in piece])
            missing = [
                Missing(Gap.ITEM, row.inspection_id, partition.prefix, row.occurred_at)
                for row in piece
                if row.inspection_id in absent
            ]
            yield self._compared(partition.day, "rows", len(piece), missing)
        if stored.unreadable:
            yield Compared(partition.day, "rows", 0, unreadable=stored.unreadable)

    def _newest_rows(self, partition: Partition) -> PartitionRows:
        newest: dict[str, LakeRow] = {}
        unreadable: list[Unreadable] = []
        for row in self.lake.rows(partition):
            if isinstance(row, Unreadable):
                unreadable.append(row)
            elif row.run == LIVE and (row.inspection_id not in newest or newest[row.inspection_id].rank < row.rank):
                newest[row.inspection_id] = row
        return PartitionRows(newest, unreadable)

    def _compared(
        self,
        day: date | None,
        things: str,
        count: int,
        missing: Sequence[Missing],
        *,
        waiting: int = 0,
        unreadable: Sequence[Unreadable] = (),
    ) -> Compared:
        """A piece, without what a person acknowledged."""
        known = self.acknowledgements.of([each.inspection_id for each in missing])
        open_ = [each for each in missing if (each.gap, each.inspection_id) not in known]
        return Compared(day, things, count, open_, waiting, unreadable, acknowledged=len(missing) - len(open_))


def _project(image: UploadedImage) -> str:
    return image.parts[0]
