"""Every outside need, on one screen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.access import AccessKey
from chalicelib.domain.alerts import Claim, Span, Window
from chalicelib.domain.image import UploadedImage
from chalicelib.domain.inspection import Inspection
from chalicelib.domain.lake import Partition
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


@dataclass(frozen=True, slots=True)
class Finding:
    """What a model says of one image."""

    anomalous: bool
    anomaly_probability: float
    anomaly_score: float
    width: int
    height: int
    model_version: str


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


class Causes(Protocol):
    """Why a message's last attempt failed, kept for whoever finds it in a dead-letter queue."""

    def keep(self, message_id: str, cause: str) -> None: ...
    def find(self, message_id: str) -> str | None: ...


class Lake(Protocol):
    """Parquet files of inspections."""

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


type Clock = Callable[[], datetime]
"""Now, in UTC."""
