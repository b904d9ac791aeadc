"""What the registry needs from outside."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from chalicelib.access.domain import Grant
from chalicelib.core.image import UploadedImage
from chalicelib.projects.domain import DatasetType, Kind, Location
from chalicelib.projects.examples import Examples, Progress, Trained
from chalicelib.projects.operations import Operation
from chalicelib.projects.record import ProjectRecord

type Forget = Callable[[str, Grant], None]
"""Forgets what people have set for a project elsewhere, so that a later project of its name begins without it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call answered, kept under its client token: `request` is a digest of the parameters, `value` is JSON."""

    operation: Operation
    token: str
    request: str
    value: str
    expires_at: datetime


class Registry(Protocol):
    """The table of projects, data sets and versions."""

    def find(self, project: str) -> ProjectRecord:
        """All that is registered of a project now; without a project in it if there is none."""
        ...

    def commit(self, before: ProjectRecord, after: ProjectRecord, answer: Answer | None, *, at: datetime) -> bool:
        """Store what differs, and the answer, at once. False, and nothing is stored, if `before` is not current.

        It is not either if an unexpired answer has the same token.
        """
        ...

    def answer(self, project: str, operation: Operation, token: str) -> Answer | None:
        """The answer that was stored with this token; it may have expired."""
        ...

    def of_kind(self, kind: Kind) -> Iterator[str]:
        """The projects of this kind, each once. One that changed in the last second may be missing."""
        ...


class EntryStore(Protocol):
    """The entries of data sets: JSON Lines, each revision of which never changes."""

    @property
    def bucket(self) -> str:
        """The bucket of the stage, in which all files of data sets are."""
        ...

    def manifest(self, location: Location, version_id: str | None) -> list[bytes]:
        """The lines of somebody's manifest. `InvalidRequest` if it cannot be read or is too large."""
        ...

    def write(self, project: str, of: DatasetType, revision: str, lines: Iterable[str]) -> None:
        """Store a revision. Storing the same one again changes nothing."""
        ...

    def read(self, project: str, of: DatasetType, revision: str) -> list[bytes] | None:
        """The lines of a revision; None if it is not there."""
        ...

    def delete(self, project: str, of: DatasetType, *, up_to: str) -> None:
        """Delete all revisions of the data set with this id, and of those before it, whether or not they were used."""
        ...


class ManifestFiles(Protocol):
    """The manifests that somebody puts into the bucket, and the result beside each."""

    def read(self, put: UploadedImage) -> list[bytes]:
        """The lines. `ObjectGone` if it was deleted or replaced, `InvalidRequest` if it is too large."""
        ...

    def require_current(self, put: UploadedImage) -> None:
        """Raise `ObjectGone` if it was deleted or replaced."""
        ...

    def has_result(self, put: UploadedImage, event: str) -> bool:
        """Whether the result beside this manifest is that of this event."""
        ...

    def put_result(self, put: UploadedImage, content: bytes, event: str | None) -> None:
        """Write the result beside this manifest; without an event it is no final one."""
        ...


class ImageStore(Protocol):
    """The images of data sets and their masks."""

    def put(self, project: str, content: bytes) -> str:
        """Store an image by its digest, unless it is there; its S3 URI."""
        ...


class TrainingQueue(Protocol):
    """The queue of versions to train."""

    def send(self, project: str, version: int) -> None:
        """Have a version trained. It may be sent twice: the worker that begins first trains it."""
        ...


class HostingWaker(Protocol):
    """Wakes the one who makes the wanted hosting of projects real."""

    def wake(self, project: str) -> None:
        """Have a project looked at now. Raises nothing: it is looked at anyway, a minute later."""
        ...


class ModelFiles(Protocol):
    """The files of model versions."""

    def exists(self, project: str, version: int) -> bool: ...
    def read(self, project: str, version: int) -> bytes | None: ...
    def put(self, project: str, version: int, content: bytes) -> None: ...
    def delete(self, project: str, version: int) -> None:
        """Delete the file, if it is there."""
        ...


class ImageDownloads(Protocol):
    """The images that entries name."""

    def read(self, source: str) -> bytes:
        """The image of this S3 URI. Raises `ImageUnavailable`."""
        ...


class OutputFiles(Protocol):
    """The files that a training writes for people and programs."""

    def put(self, place: Location, content: bytes, content_type: str) -> None:
        """Store a file; one that is there is replaced."""
        ...

    def read(self, place: Location) -> bytes | None:
        """A file; None if there is none."""
        ...


class Trainer(Protocol):
    """What makes a model of images."""

    def megapixels(self, path: Path) -> float:
        """The size of an image. Raises `ImageUnavailable` if it cannot be decoded."""
        ...

    def train(self, name: str, train: Examples, test: Examples | None, progress: Progress) -> Trained:
        """A model of the `train` images, measured on the `test` images, or by leaving each image out.

        The same images make the same bytes. Raises `TrainingFailed`.
        """
        ...
