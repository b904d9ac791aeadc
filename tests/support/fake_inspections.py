"""Images, the table and the event bus in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.core.errors import ObjectGone, PublishFailed, UnprocessableImage
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import LIVE, Inspection, Verdict
from chalicelib.core.small_picture import ImageObject, PictureRequest, SmallPicture
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.domain import after_review, review_list_of, review_position
from chalicelib.inspections.draw_number import is_listed
from chalicelib.inspections.ports import (
    Commit,
    Drawn,
    InspectionQuery,
    ListQuery,
    Position,
    StoredImage,
)
from chalicelib.inspections.shrink import shrink


@dataclass
class FakeImages:
    """Objects by (key, ETag)."""

    stored: dict[tuple[str, str], StoredImage] = field(default_factory=dict)

    def read(self, image: UploadedImage) -> StoredImage:
        if (image.key, image.etag) not in self.stored:
            raise ObjectGone("object is gone")
        return self.stored[image.key, image.etag]

    def to_show(self, image: ImageObject) -> bytes:
        """Without an ETag, the newest."""
        found = [each for (key, etag), each in self.stored.items() if key == image.key and image.etag in {None, etag}]
        if not found:
            raise ObjectGone("object is gone")
        return found[-1].content


@dataclass
class FakePictures:
    """Makes pictures of `contents`, by key, or raises `fault`."""

    contents: dict[str, bytes] = field(default_factory=dict)
    fault: Exception | None = None
    asked: list[PictureRequest] = field(default_factory=list)

    def make(self, request: PictureRequest) -> SmallPicture:
        self.asked.append(request)
        if self.fault is not None:
            raise self.fault
        if request.image.key not in self.contents:
            return SmallPicture(missing="object is gone")
        try:
            return SmallPicture(shrink(self.contents[request.image.key], request.longest_side))
        except UnprocessableImage as error:
            return SmallPicture(missing=str(error))


@dataclass
class FakeInspections:
    """The table and its stream: `changes` are the writes, in order."""

    items: dict[tuple[str, str], Inspection] = field(default_factory=dict)
    changes: list[Inspection] = field(default_factory=list)
    broken: dict[str, Unreadable] = field(default_factory=dict)
    """Items that cannot be read, by inspection id; every reader of many meets all of them first."""

    def commit(self, inspection: Inspection) -> Commit:
        known = self.items.get((inspection.inspection_id, inspection.run))
        if known is not None and known.verdict is not Verdict.FAILED:
            return Commit(inspection, stored=False)
        if known is not None and inspection.verdict is Verdict.FAILED:
            if known.answers or inspection.reason == known.reason:
                return Commit(inspection, stored=False)
        elif known is not None and known.answers:
            inspection = after_review(inspection, known)
        if known != inspection:
            self.changes.append(inspection)
        self.items[inspection.inspection_id, inspection.run] = inspection
        return Commit(inspection, stored=True)

    def replace(self, known: Inspection, changed: Inspection) -> bool:
        if self.items.get((known.inspection_id, known.run)) != known:
            return False
        self.items[changed.inspection_id, changed.run] = changed
        self.changes.append(changed)
        return True

    def of_list(self, query: ListQuery, after: tuple[datetime, str] | None = None) -> Iterator[Inspection | Unreadable]:
        yield from self.broken.values()
        for inspection in sorted(self.items.values(), key=review_position, reverse=not query.oldest_first):
            at = review_position(inspection)
            follows = after is None or (at > after if query.oldest_first else at < after)
            if (
                (inspection.project, review_list_of(inspection)) == (query.project, query.on)
                and query.since <= at[0] <= query.until
                and follows
            ):
                yield inspection

    def small_numbers(self, project: str, since: datetime, until: datetime) -> Iterator[Drawn | Unreadable]:
        yield from self.broken.values()
        for each in sorted(self.items.values(), key=lambda each: (each.inspected_at, each.inspection_id)):
            if each.project == project and since <= each.inspected_at < until and is_listed(each):
                yield each.inspection_id, each.inspected_at

    def of_ids(self, inspection_ids: Sequence[str]) -> Iterator[Inspection | Unreadable]:
        found = ((each, self.items.get((each, LIVE))) for each in set(inspection_ids))
        return (self.broken.get(name, each) for name, each in found if each is not None)

    def find(self, inspection_id: str, run: str) -> Inspection | None:
        return self.items.get((inspection_id, run))

    def absent(self, inspection_ids: Sequence[str]) -> set[str]:
        return {inspection_id for inspection_id in inspection_ids if (inspection_id, LIVE) not in self.items}

    def verdicts(self, inspection_ids: Sequence[str]) -> dict[str, Verdict]:
        known = {each: self.items.get((each, LIVE)) for each in inspection_ids}
        return {each: found.verdict for each, found in known.items() if found is not None}

    def lines_of(self, project: str) -> Iterator[str]:
        return iter(sorted({line for of, line in self.lines() if of == project}))

    def verdicts_of_line(self, query: InspectionQuery) -> Iterator[tuple[str, str]]:
        for each in self.of_line(query):
            yield ("", "") if isinstance(each, Unreadable) else (each.camera, str(each.verdict))

    def lines(self) -> Iterator[tuple[str, str]]:
        return iter({(inspection.project, inspection.line) for inspection in self.items.values()})

    def unreadable(self, inspection_id: str) -> Unreadable | None:
        return self.broken.get(inspection_id)

    def remove_unreadable(self, inspection_id: str) -> None:
        self.broken.pop(inspection_id, None)

    def failed(self) -> Iterator[Inspection | Unreadable]:
        yield from self.broken.values()
        yield from (inspection for inspection in self.items.values() if inspection.verdict is Verdict.FAILED)

    def of_line(self, query: InspectionQuery, after: Position | None = None) -> Iterator[Inspection | Unreadable]:
        yield from self.broken.values()

        def position(inspection: Position) -> tuple[datetime, str]:
            return inspection.captured_at, inspection.inspection_id

        for inspection in sorted(self.items.values(), key=position, reverse=True):
            if (
                (inspection.run, inspection.project, inspection.line) == (LIVE, query.project, query.line)
                and query.since <= inspection.captured_at <= query.until
                and (after is None or position(inspection) < position(after))
            ):
                yield inspection


@dataclass
class FakeBus:
    """Records the published events; fails while `broken`, and will never accept the events in `refused`."""

    published: list[AnyInspectionEvent] = field(default_factory=list)
    broken: bool = False
    refused: dict[str, str] = field(default_factory=dict)
    """The reasons, by image id."""

    def publish(self, events: Sequence[AnyInspectionEvent]) -> list[tuple[AnyInspectionEvent, str]]:
        if self.broken:
            raise PublishFailed("the bus is down")
        self.published.extend(event for event in events if event.inspection.image_id not in self.refused)
        return [(event, reason) for event in events if (reason := self.refused.get(event.inspection.image_id))]


@dataclass
class FakeDeadLetterWriter:
    """Records the bodies with their errors."""

    written: list[tuple[str, str]] = field(default_factory=list)

    def put(self, body: str, error: str) -> None:
        self.written.append((body, error))
