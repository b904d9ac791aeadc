"""The registry, the entries, the model files, the queue and the live versions in memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.domain import DatasetType, Kind, Location
from chalicelib.projects.errors import ImageUnavailable
from chalicelib.projects.examples import Example, Examples, Progress, Trained, Verdict
from chalicelib.projects.life_cycle import KINDS
from chalicelib.projects.operations import Operation
from chalicelib.projects.ports import Answer
from chalicelib.projects.record import ProjectRecord


@dataclass
class FakeRegistry:
    """The table. `faster` are records that somebody else commits just before the next commits."""

    records: dict[str, ProjectRecord] = field(default_factory=dict)
    answers: dict[tuple[str, Operation, str], Answer] = field(default_factory=dict)
    faster: list[ProjectRecord] = field(default_factory=list)

    def find(self, project: str) -> ProjectRecord:
        return self.records.get(project, ProjectRecord(name=project))

    def commit(self, before: ProjectRecord, after: ProjectRecord, answer: Answer | None, *, at: datetime) -> bool:
        if self.faster:
            self._store(self.faster.pop(0), self.find(before.name).revision)
        if self.find(before.name).revision != before.revision:
            return False
        if answer is not None:
            known = self.answer(before.name, answer.operation, answer.token)
            if known is not None and known.expires_at > at:
                return False
            self.answers[before.name, answer.operation, answer.token] = answer
        self._store(after, before.revision)
        return True

    def _store(self, record: ProjectRecord, revision: int) -> None:
        self.records[record.name] = replace(record, revision=revision + 1)

    def answer(self, project: str, operation: Operation, token: str) -> Answer | None:
        return self.answers.get((project, operation, token))

    def of_kind(self, kind: Kind) -> Iterator[str]:
        return iter([name for name, record in self.records.items() if kind in _kinds_of(record)])


def _kinds_of(record: ProjectRecord) -> set[Kind]:
    kinds = {KINDS[each.status] for each in record.models.values() if each.status in KINDS}
    return kinds if record.project is None else {Kind.PROJECT, *kinds}


@dataclass
class FakeEntries:
    """Revisions by (project, data set, revision); manifests by (bucket, key)."""

    manifests: dict[tuple[str, str], bytes] = field(default_factory=dict)
    revisions: dict[tuple[str, DatasetType, str], list[bytes]] = field(default_factory=dict)
    bucket: str = "bucket"

    def manifest(self, location: Location, version_id: str | None) -> list[bytes]:
        if (location.bucket, location.key) not in self.manifests:
            raise InvalidRequest(("DatasetSource.GroundTruthManifest.S3Object", "cannot be read"))
        return self.manifests[location.bucket, location.key].splitlines()

    def write(self, project: str, of: DatasetType, revision: str, lines: Iterable[str]) -> None:
        self.revisions[project, of, revision] = [line.encode() for line in lines]

    def read(self, project: str, of: DatasetType, revision: str) -> list[bytes] | None:
        return self.revisions.get((project, of, revision))

    def delete(self, project: str, of: DatasetType, *, up_to: str) -> None:
        for key in [each for each in self.revisions if each[:2] == (project, of) and each[2][:10] <= up_to]:
            del self.revisions[key]


@dataclass
class FakeImages:
    """Images by (project, digest)."""

    bucket: str = "bucket"
    stored: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def put(self, project: str, content: bytes) -> str:
        digest = sha256(content).hexdigest()
        self.stored[project, digest] = content
        return f"s3://{self.bucket}/datasets/{project}/images/{digest}.png"


@dataclass
class FakeModelFiles:
    """Files by (project, version)."""

    stored: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def exists(self, project: str, version: int) -> bool:
        return (project, version) in self.stored

    def read(self, project: str, version: int) -> bytes | None:
        return self.stored.get((project, version))

    def put(self, project: str, version: int, content: bytes) -> None:
        assert self.stored.setdefault((project, version), content) == content, "a file never replaces another"

    def delete(self, project: str, version: int) -> None:
        self.stored.pop((project, version), None)


@dataclass
class FakeTrainingQueue:
    """The (project, version) of each message."""

    sent: list[tuple[str, int]] = field(default_factory=list)

    def send(self, project: str, version: int) -> None:
        self.sent.append((project, version))


@dataclass
class FakeLiveVersions:
    """The live version of each project; `pointed` are all that ever were."""

    live: dict[str, str | None] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    pointed: set[str | None] = field(default_factory=set)

    def point(self, project: str, version: str | None, *, order: int) -> None:
        if order >= self.orders.get(project, 0):
            self.live[project], self.orders[project] = version, order
            self.pointed.add(version)


@dataclass
class FakeWaker:
    """The projects for which somebody was woken; `work` is what that one does."""

    woken: list[str] = field(default_factory=list)
    work: Callable[[str], object] = lambda project: None

    def wake(self, project: str) -> None:
        self.woken.append(project)
        self.work(project)


@dataclass
class FakeDownloads:
    """Images by their S3 URI."""

    stored: dict[str, bytes] = field(default_factory=dict)
    down: bool = False

    def read(self, source: str) -> bytes:
        if self.down:
            raise OSError("S3 is down")
        if source not in self.stored:
            raise ImageUnavailable("it cannot be read (NoSuchKey)")
        return self.stored[source]


@dataclass
class FakeOutputFiles:
    """Files by their key."""

    stored: dict[str, bytes] = field(default_factory=dict)

    def put(self, place: Location, content: bytes, content_type: str) -> None:
        self.stored[place.key] = content

    def read(self, place: Location) -> bytes | None:
        return self.stored.get(place.key)


@dataclass
class FakeTrainer:
    """A model is the list of its images. An image that says `no image` cannot be decoded; `works` come first."""

    megapixels_each: float = 0.1
    trainings: int = 0
    at_once: int = 0
    most_at_once: int = 0
    works: list[Callable[[], object]] = field(default_factory=list)
    warnings: tuple[str, ...] = ()
    learned: Sequence[Example] = ()

    def megapixels(self, path: Path) -> float:
        if path.read_bytes() == b"no image":
            raise ImageUnavailable("it is no image")
        return self.megapixels_each

    def train(self, name: str, train: Examples, test: Examples | None, progress: Progress) -> Trained:
        self.trainings += 1
        self.learned = train.used
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            for work in self.works:
                work()
                progress(0.5)
        finally:
            self.at_once -= 1
        tested = (test or train).used
        return Trained(
            model="\n".join(each.entry.source for each in train.used).encode(),
            report=b"<html>",
            verdicts={each.entry.source: Verdict(each.entry.label == "anomaly", 0.5) for each in tested},
            roc_auc=1.0,
            average_precision=0.75,
            precision=0.5,
            recall=0.25,
            f1=0.125,
            warnings=self.warnings,
        )
