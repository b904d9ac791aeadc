"""A plant in memory, for tests of reconciliation."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from chalicelib.core.events import event_of
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import LIVE, Inspection
from chalicelib.lake.domain import Partition
from chalicelib.recovery.domain import Compared, Gap
from chalicelib.recovery.reconcile import Reconciliation
from tests.support.builders import NOON, FakeClock, an_inspection, an_upload
from tests.support.fake_inspections import FakeBus, FakeInspections
from tests.support.fake_lake import FakeLake
from tests.support.fake_recovery import FakeAcknowledgements, FakeImageFolders, FakeUploadQueue

DAY = NOON.date()


@dataclass
class Plant:
    """The three stores, and the queue and the bus between them."""

    clock: FakeClock = field(default_factory=lambda: FakeClock(NOON + timedelta(hours=12)))
    folders: FakeImageFolders = field(default_factory=FakeImageFolders)
    inspections: FakeInspections = field(default_factory=FakeInspections)
    lake: FakeLake = field(default_factory=FakeLake)
    notifications: FakeUploadQueue = field(default_factory=FakeUploadQueue)
    bus: FakeBus = field(default_factory=FakeBus)
    acknowledgements: FakeAcknowledgements = field(default_factory=FakeAcknowledgements)
    crashed_at: datetime | None = None

    def upload(self, image_id: str, line: str = "line-1", **changes: object) -> UploadedImage:
        image = an_upload(f"images/plates/{line}/cam-1/{DAY}/{image_id}", **changes)
        self.folders.images.append(image)
        return image

    def inspect(self, image: UploadedImage, **changes: object) -> Inspection:
        project, line, *_ = image.parts
        inspection = an_inspection(
            image.key.rsplit("/", 1)[1],
            inspection_id=image.inspection_id,
            project=project,
            line=line,
            key=image.key,
            etag=image.etag,
            inspected_at=image.uploaded_at + timedelta(seconds=1),
            **changes,
        )
        self.inspections.commit(inspection)
        return inspection

    def archive(self, inspection: Inspection) -> None:
        self.lake.write(Partition.of(inspection), [event_of(inspection)])

    def compare(self, days: Sequence[date] = (DAY,), *, repair: bool = True) -> list[Compared]:
        comparison = Reconciliation(
            folders=self.folders,
            inspections=self.inspections,
            lake=self.lake,
            upload_queue=self.notifications,
            publisher=self.bus,
            acknowledgements=self.acknowledgements,
            clock=self.clock,
            messages_lost_since=self.crashed_at,
        )
        return list(comparison.compare(days, repair=repair))

    def missing(self, *, repair: bool = True) -> list[tuple[Gap, str]]:
        return [(each.gap, each.inspection_id) for piece in self.compare(repair=repair) for each in piece.missing]

    def deliver(self) -> None:
        """Deliver what was sent again, twice, as queues may."""
        for image in 2 * self.notifications.announced:
            if (image.inspection_id, LIVE) not in self.inspections.items:
                self.archive(self.inspect(replace(image, uploaded_at=self.clock())))
        for event in 2 * self.bus.published:
            self.lake.write(Partition.of(event.inspection), [event])
        self.notifications.announced.clear()
        self.bus.published.clear()
