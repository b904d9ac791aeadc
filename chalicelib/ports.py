"""Every outside need, on one screen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from chalicelib.domain.access import AccessKey
from chalicelib.domain.alerts import Claim, Span, Window
from chalicelib.domain.image import UploadedImage
from chalicelib.domain.inspection import Inspection
from chalicelib.domain.lake import LakeRow, Partition
from chalicelib.domain.notices import Notice
from chalicelib.events import AnyInspectionFact


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadTerms:
    """What exactly may be put under a key: signed into the URL. None leaves that free."""

    key: str
    content_type: str
    size_bytes: int | None = None
    sha256: str | None = None
    metadata: Mapping[str, str] | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """A URL to PUT to, with the headers to send verbatim."""

    bucket: str
    url: str
    headers: dict[str, str]
    expires_at: datetime


class UploadSigner(Protocol):
    """Allows one upload."""

    def sign(self, terms: UploadTerms) -> SignedUpload: ...


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An object as it was read."""

    content: bytes
    content_type: str | None
    metadata: Mapping[str, str]


class Images(Protocol):
    """The bucket's images."""

    def read(self, image: UploadedImage) -> StoredImage:
        """The content with this very ETag; `ObjectGone` when it was deleted or replaced."""
        ...


class ImageFolders(Protocol):
    """The bucket's images, listed by their keys."""

    def lines(self) -> Iterator[tuple[str, str]]:
        """Every (project, line) that has images."""
        ...

    def of_day(self, day: date) -> Iterator[UploadedImage]:
        """All images whose keys say that they were captured on `day`."""
        ...

    def strays(self) -> Iterator[UploadedImage]:
        """All objects among the images whose keys name no day."""
        ...


class Notifications(Protocol):
    """The queue that announces uploaded images."""

    def announce(self, images: Sequence[UploadedImage]) -> None:
        """Announce them again, or `NotSent`."""
        ...

    def waiting(self) -> int:
        """About how many messages wait to be received."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """What a model says of one image."""

    anomalous: bool
    anomaly_probability: float
    anomaly_score: float
    width: int
    height: int
    model_version: str
    milliseconds: float


class Model(Protocol):
    """A loaded model version."""

    def inspect(self, content: bytes) -> Finding:
        """Decode and judge; `ImageRejected` says why an image can never be inspected."""
        ...


class Models(Protocol):
    """The registry of model versions."""

    def live(self, project: str) -> Model:
        """The version that judges this project's images; `NoModel` when there is none."""
        ...

    def publish(self, project: str, artifact: bytes) -> str:
        """Store an artifact as the project's next version, make it live and return the version."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionQuery:
    """Which inspections of one line, newest first. `since` and `until` (both inclusive, UTC) bound captured_at."""

    project: str
    line: str
    since: datetime
    until: datetime


class Position(Protocol):
    """A place in the order of a line's inspections; every inspection is one."""

    @property
    def captured_at(self) -> datetime: ...
    @property
    def inspection_id(self) -> str: ...


class Inspections(Protocol):
    """The table of inspections."""

    def commit(self, inspection: Inspection) -> bool:
        """Store it unless a verdict other than `failed` is there; False when one is. THE commit point."""
        ...

    def find(self, inspection_id: str, run: str) -> Inspection | None: ...

    def of_line(self, query: InspectionQuery, after: Position | None = None) -> Iterator[Inspection]:
        """Newest first by (captured_at, inspection id), reading lazily, from behind `after` where it is given."""
        ...

    def absent(self, inspection_ids: Sequence[str]) -> set[str]:
        """Those of these that have no live inspection."""
        ...

    def failed(self) -> Iterator[Inspection]:
        """Every inspection whose verdict is `failed`, in no order."""
        ...


class AccessKeys(Protocol):
    """The store of keys."""

    def add(self, key: AccessKey) -> None:
        """Store a new key; it never replaces one."""
        ...

    def find(self, key_id: str) -> AccessKey | None: ...
    def all(self) -> Iterator[AccessKey]: ...
    def revoke(self, key_id: str, at: datetime) -> None:
        """`NotFound` when there is no such key."""
        ...


class EventBus(Protocol):
    """Tells facts to whoever listens."""

    def publish(self, facts: Sequence[AnyInspectionFact]) -> None:
        """All of them, or `PublishFailed`."""
        ...


class DeadLetters(Protocol):
    """A dead-letter queue that we write to ourselves."""

    def put(self, body: str, cause: str) -> None: ...


DIED = "worker died or timed out"
"""The cause of a message whose last attempt left none."""


class Causes(Protocol):
    """Why a message's last attempt failed, kept for whoever finds it in a dead-letter queue."""

    def keep(self, message_id: str, cause: str) -> None: ...
    def find(self, message_id: str) -> str | None: ...


class Lake(Protocol):
    """Parquet files of inspections."""

    def rows(self, partition: Partition) -> Iterator[LakeRow]:
        """Every row of a partition, duplicates too, also while it is being compacted."""
        ...

    def partitions(self) -> Iterator[tuple[Partition, Sequence[str]]]:
        """Every partition with the keys of its files, read lazily."""
        ...

    def write(self, partition: Partition, facts: Sequence[AnyInspectionFact]) -> None:
        """One file of these; the same facts again change nothing."""
        ...

    def compact(self, partition: Partition, keys: Sequence[str]) -> None:
        """Make one file of these, each (inspection id, run) once, and delete these.

        `LakeFileGone` when one was deleted meanwhile, `LakeFileUnreadable` when one is broken: all stay as they are.
        """
        ...


class AlertLedger(Protocol):
    """Which alerts are seen to, and the windows that count them. A window follows the one stored if it is the next
    revision of the same window, or the first where none is stored."""

    def look(self, alert_id: str, span: Span) -> tuple[Claim | None, Window | None]:
        """The alert's claim and the line's window."""
        ...

    def enter(self, claim: Claim, window: Window) -> bool:
        """Store both if the alert has no claim and the window follows the one stored; else neither, and False."""
        ...

    def change(self, claim: Claim, changed: Claim) -> bool:
        """Store `changed` if `claim` is what is stored."""
        ...

    def due(self, now: datetime) -> Sequence[Window]:
        """Windows that have closed."""
        ...

    def hold(self, window: Window) -> bool:
        """Store the window if it follows the one stored."""
        ...

    def forget(self, window: Window) -> None:
        """Remove the window if it is what is stored."""
        ...


class AlertTopic(Protocol):
    """People who subscribed."""

    def publish(self, notice: Notice) -> None:
        """Tell them all, in one attempt: an error means that nobody may have been told, or everybody."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message that nobody could handle: where it lies, why, since when (UTC), and what it said."""

    letter_id: str
    place: str
    body: str
    cause: str
    since: datetime
    attributes: Mapping[str, str]


class LetterBox(Protocol):
    """A place where dead letters lie."""

    def held(self) -> AbstractContextManager[Sequence[Letter]]:
        """All of them, kept from others until the block ends; those not forgotten then lie there as before."""
        ...

    def forget(self, letter: Letter) -> None:
        """It was sent again: delete it from here."""
        ...


type Clock = Callable[[], datetime]
"""Now, in UTC."""
