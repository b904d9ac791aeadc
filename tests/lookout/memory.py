"""The registry in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from chalicelib.composition import Linewatch
from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.domain import DatasetType, Location
from tests.support.fake_hosting import FakeModelEvents, FakeProjectQueues, follow_at_once
from tests.support.fake_projects import FakeRegistry


@dataclass
class MemoryEntries:
    """Manifests by URI, revisions by name."""

    manifests: dict[str, bytes] = field(default_factory=dict)
    revisions: dict[tuple[str, str, str], list[bytes]] = field(default_factory=dict)
    bucket: str = "bucket"

    def manifest(self, location: Location, version_id: str | None) -> list[bytes]:
        uri = f"s3://{location.bucket}/{location.key}"
        if uri not in self.manifests:
            raise InvalidRequest(("DatasetSource.GroundTruthManifest.S3Object", f"{uri} cannot be read"))
        return self.manifests[uri].splitlines()

    def write(self, project: str, of: DatasetType, revision: str, lines: Iterable[str]) -> None:
        self.revisions[project, of, revision] = [line.encode() for line in lines]

    def read(self, project: str, of: DatasetType, revision: str) -> list[bytes] | None:
        return self.revisions.get((project, of, revision))

    def delete(self, project: str, of: DatasetType, *, up_to: str) -> None:
        self.revisions = {
            key: lines
            for key, lines in self.revisions.items()
            if key[:2] != (project, of) or key[2].partition("-")[0] > up_to
        }


@dataclass
class MemoryModels:
    """Files, the queue and the live versions."""

    queued: list[tuple[str, int]] = field(default_factory=list)
    files: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def send(self, project: str, version: int) -> None:
        self.queued.append((project, version))

    def exists(self, project: str, version: int) -> bool:
        return (project, version) in self.files

    def read(self, project: str, version: int) -> bytes | None:
        return self.files.get((project, version))

    def put(self, project: str, version: int, content: bytes) -> None:
        self.files[project, version] = content

    def delete(self, project: str, version: int) -> None:
        self.files.pop((project, version), None)

    def point(self, project: str, version: str | None, *, order: int) -> None:
        """Nobody asks."""


def in_memory(linewatch: Linewatch) -> tuple[MemoryModels, MemoryEntries]:
    """Give a composition a registry in memory. Returns its models and its manifests."""
    models, entries = MemoryModels(), MemoryEntries()
    linewatch.projects.registry, linewatch.projects.entries = FakeRegistry(), entries
    linewatch.projects.files = linewatch.projects.queue = linewatch.models.live_versions = models
    linewatch.hosting.queues, linewatch.hosting.bus = FakeProjectQueues(), FakeModelEvents()
    follow_at_once(linewatch)
    return models, entries
