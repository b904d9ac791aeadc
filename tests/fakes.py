"""Every port in memory, with the semantics that the adapters' contract tests hold both to."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.access import AccessKey
from chalicelib.domain.alerts import Claim, Span, Window
from chalicelib.domain.image import UploadedImage, is_day
from chalicelib.domain.inspection import LIVE, Inspection, Verdict
from chalicelib.domain.lake import LakeRow, Partition
from chalicelib.domain.notices import Notice
from chalicelib.errors import ImageRejected, NoModel, NotFound, ObjectGone, PublishFailed
from chalicelib.events import AnyInspectionFact
from chalicelib.ports import Finding, InspectionQuery, Letter, Position, SignedUpload, StoredImage, UploadTerms

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
JPEG = b"\xff\xd8\xff\xe0 a picture"


@dataclass
class FakeClock:
    """Time that passes only when it is asked to."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class FakeSigner:
    """Signs anything, and remembers the terms."""

    signed: list[UploadTerms] = field(default_factory=list)

    def sign(self, terms: UploadTerms) -> SignedUpload:
        self.signed.append(terms)
        number = len(self.signed)
        return SignedUpload(
            "bucket", f"https://bucket/{terms.key}?{number}", {"Content-Type": terms.content_type}, NOON
        )


@dataclass
class FakeAccessKeys:
    """Keys by id."""

    keys: dict[str, AccessKey] = field(default_factory=dict)

    def add(self, key: AccessKey) -> None:
        if key.grant.key_id in self.keys:
            raise RuntimeError("a key never replaces another")
        self.keys[key.grant.key_id] = key

    def find(self, key_id: str) -> AccessKey | None:
        return self.keys.get(key_id)

    def all(self) -> Iterator[AccessKey]:
        yield from self.keys.values()

    def revoke(self, key_id: str, at: datetime) -> None:
        if key_id not in self.keys:
            raise NotFound(f"there is no key {key_id}")
        key = self.keys[key_id]
        self.keys[key_id] = replace(key, revoked_at=key.revoked_at or at)


@dataclass
class FakeImages:
    """Objects by (key, ETag)."""

    stored: dict[tuple[str, str], StoredImage] = field(default_factory=dict)

    def read(self, image: UploadedImage) -> StoredImage:
        if (image.key, image.etag) not in self.stored:
            raise ObjectGone("object is gone")
        return self.stored[image.key, image.etag]


@dataclass
class FakeModel:
    """Finds what it was told to, or rejects, or breaks."""

    anomaly_probability: float = 0.1
    fault: Exception | None = None

    def inspect(self, content: bytes) -> Finding:
        if self.fault is not None:
            raise self.fault
        if content.endswith(b"broken"):
            raise ImageRejected("the image is truncated")
        p = self.anomaly_probability
        return Finding(p > 0.5, p, p * 10, 64, 48, "1", 20.0)


@dataclass
class FakeModels:
    """Live models by project."""

    models: dict[str, FakeModel] = field(default_factory=lambda: {"plates": FakeModel()})

    def live(self, project: str) -> FakeModel:
        if project not in self.models:
            raise NoModel(f"project {project!r} has no live model version: train and publish one")
        return self.models[project]

    def publish(self, project: str, artifact: bytes) -> str:
        self.models[project] = FakeModel()
        return str(len(self.models))


@dataclass
class FakeInspections:
    """The table, with its stream: what was written, in order."""

    items: dict[tuple[str, str], Inspection] = field(default_factory=dict)
    changes: list[Inspection] = field(default_factory=list)

    def commit(self, inspection: Inspection) -> bool:
        known = self.items.get((inspection.inspection_id, inspection.run))
        if known is not None and known.verdict is not Verdict.FAILED:
            return False
        if known != inspection:
            self.changes.append(inspection)
        self.items[inspection.inspection_id, inspection.run] = inspection
        return True

    def find(self, inspection_id: str, run: str) -> Inspection | None:
        return self.items.get((inspection_id, run))

    def absent(self, inspection_ids: Sequence[str]) -> set[str]:
        return {inspection_id for inspection_id in inspection_ids if (inspection_id, LIVE) not in self.items}

    def failed(self) -> Iterator[Inspection]:
        return (inspection for inspection in self.items.values() if inspection.verdict is Verdict.FAILED)

    def of_line(self, query: InspectionQuery, after: Position | None = None) -> Iterator[Inspection]:
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
    """What was told; refuses while `broken`."""

    told: list[AnyInspectionFact] = field(default_factory=list)
    broken: bool = False

    def publish(self, facts: Sequence[AnyInspectionFact]) -> None:
        if self.broken:
            raise PublishFailed("the bus is down")
        self.told.extend(facts)


@dataclass
class FakeDeadLetters:
    """Bodies with their causes."""

    letters: list[tuple[str, str]] = field(default_factory=list)

    def put(self, body: str, cause: str) -> None:
        self.letters.append((body, cause))


@dataclass
class FakeCauses:
    """The latest cause by message id."""

    kept: dict[str, str] = field(default_factory=dict)

    def keep(self, message_id: str, cause: str) -> None:
        self.kept[message_id] = cause

    def find(self, message_id: str) -> str | None:
        return self.kept.get(message_id)


@dataclass
class FakeQueues:
    """What was deleted and what was delayed, by receipt."""

    deleted: list[str] = field(default_factory=list)
    delayed: dict[str, int] = field(default_factory=dict)

    def delete(self, queue: str, receipts: Sequence[str]) -> None:
        self.deleted.extend(receipts)

    def delay(self, queue: str, seconds: Mapping[str, int]) -> None:
        self.delayed.update(seconds)


@dataclass
class FakeAlertLedger:
    """Claims by alert id, windows by name."""

    claims: dict[str, Claim] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)

    def look(self, alert_id: str, span: Span) -> tuple[Claim | None, Window | None]:
        return self.claims.get(alert_id), self.windows.get(span.name)

    def enter(self, claim: Claim, window: Window) -> bool:
        if claim.alert_id in self.claims or not self.hold(window):
            return False
        self.claims[claim.alert_id] = claim
        return True

    def change(self, claim: Claim, changed: Claim) -> bool:
        if self.claims.get(claim.alert_id) != claim:
            return False
        self.claims[claim.alert_id] = changed
        return True

    def due(self, now: datetime) -> list[Window]:
        return [window for window in self.windows.values() if window.span.closes_at <= now]

    def hold(self, window: Window) -> bool:
        stored = self.windows.get(window.span.name)
        known = None if stored is None else (stored.opened_by, stored.revision + 1)
        if (known or (window.opened_by, 1)) != (window.opened_by, window.revision):
            return False
        self.windows[window.span.name] = window
        return True

    def forget(self, window: Window) -> None:
        stored = self.windows.get(window.span.name)
        if stored is not None and (stored.opened_by, stored.revision) == (window.opened_by, window.revision):
            del self.windows[window.span.name]


@dataclass
class FakeTopic:
    """What people were told; refuses while `broken`."""

    told: list[Notice] = field(default_factory=list)
    broken: bool = False

    def publish(self, notice: Notice) -> None:
        if self.broken:
            raise ConnectionError("the topic is down")
        self.told.append(notice)


@dataclass
class FakeImageFolders:
    """What lies in the bucket."""

    images: list[UploadedImage] = field(default_factory=list)

    def lines(self) -> Iterator[tuple[str, str]]:
        return iter({image.whereabouts for image in self.images if image.whereabouts != ("unknown", "unknown")})

    def of_day(self, day: date) -> Iterator[UploadedImage]:
        return (image for image in self.images if self._day_of(image) == day)

    def strays(self) -> Iterator[UploadedImage]:
        return (image for image in self.images if self._day_of(image) is None)

    @staticmethod
    def _day_of(image: UploadedImage) -> date | None:
        folders = image.key.split("/")
        return date.fromisoformat(folders[4]) if len(folders) > 5 and is_day(folders[4]) else None


@dataclass
class FakeNotifications:
    """What was announced again; `messages` wait in the queue."""

    announced: list[UploadedImage] = field(default_factory=list)
    messages: int = 0

    def announce(self, images: Sequence[UploadedImage]) -> None:
        self.announced.extend(images)

    def waiting(self) -> int:
        return self.messages


@dataclass
class FakeLake:
    """Rows as they were written, duplicates too."""

    files: dict[Partition, list[AnyInspectionFact]] = field(default_factory=dict)

    def partitions(self) -> Iterator[tuple[Partition, Sequence[str]]]:
        return ((partition, [str(at) for at, _ in enumerate(facts)]) for partition, facts in self.files.items())

    def rows(self, partition: Partition) -> Iterator[LakeRow]:
        for fact in self.files.get(partition, []):
            seen = fact.inspection
            yield LakeRow(seen.inspection_id, seen.run, seen.revision, fact.occurred_at)

    def write(self, partition: Partition, facts: Sequence[AnyInspectionFact]) -> None:
        known = self.files.setdefault(partition, [])
        known.extend(fact for fact in facts if fact not in known)

    def compact(self, partition: Partition, keys: Sequence[str]) -> None:
        newest: dict[tuple[str, str], AnyInspectionFact] = {}
        for fact in sorted(self.files[partition], key=lambda fact: (fact.inspection.revision, fact.occurred_at)):
            newest[fact.inspection.inspection_id, fact.inspection.run] = fact
        self.files[partition] = list(newest.values())


@dataclass
class FakeLetterBox:
    """Dead letters in memory; `looks` counts how often they were held."""

    letters: list[Letter] = field(default_factory=list)
    looks: int = 0

    @contextmanager
    def held(self) -> Iterator[Sequence[Letter]]:
        self.looks += 1
        yield list(self.letters)

    def forget(self, letter: Letter) -> None:
        self.letters.remove(letter)


def a_letter(letter_id: str = "m1", **changes: object) -> Letter:
    """A dead letter of the results queue."""
    told: dict[str, object] = {
        "letter_id": letter_id,
        "place": "results-dlq",
        "body": "{}",
        "cause": "OSError: the disk is full",
        "since": NOON,
        "attributes": {},
    }
    return Letter(**(told | changes))  # type: ignore[arg-type]


def an_upload(key: str = "images/plates/line-1/cam-1/2026-03-14/a", **changes: object) -> UploadedImage:
    """An announced object."""
    told = {"bucket": "bucket", "key": key, "etag": "e1", "size_bytes": 100, "uploaded_at": NOON} | changes
    return UploadedImage(**told)  # type: ignore[arg-type]


def an_inspection(image_id: str = "a", **changes: object) -> Inspection:
    """A stored inspection of a normal part."""
    image = an_upload(f"images/plates/line-1/cam-1/2026-03-14/{image_id}")
    told: dict[str, object] = {
        "inspection_id": image.inspection_id,
        "revision": 1,
        "project": "plates",
        "line": "line-1",
        "camera": "cam-1",
        "image_id": image_id,
        "bucket": image.bucket,
        "key": image.key,
        "etag": image.etag,
        "size_bytes": 100,
        "content_type": "image/jpeg",
        "width": 64,
        "height": 48,
        "captured_at": NOON,
        "uploaded_at": NOON,
        "inspected_at": NOON + timedelta(seconds=1),
        "verdict": Verdict.NORMAL,
        "anomaly_probability": 0.125,
        "confidence": 0.75,
        "anomaly_score": -1.5,
        "model_version": "1",
        "queue_ms": 980.0,
        "inspection_ms": 20.0,
        "correlation_id": "c1",
    }
    return Inspection(**(told | changes))  # type: ignore[arg-type]
