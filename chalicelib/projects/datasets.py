"""Create, describe, update and delete data sets.

The entries of a data set are one stored revision, which never changes. A change stores another revision and then swings
the registry's pointer, if it still is on the old one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256

from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.values import storable
from chalicelib.projects.change import Call, change
from chalicelib.projects.domain import DATASET, Counts, Dataset, DatasetStatus, DatasetType, Location
from chalicelib.projects.entries import entries_of
from chalicelib.projects.errors import Conflict, ResourceType
from chalicelib.projects.manifest import Entry, LineError, parse
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import EntryStore, Registry
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.revisions import commit_revision, dataset_id_of, store_revision

LARGEST_CHANGES = 10 * 1024 * 1024
"""Bytes of one update, by the contract."""
_LONGEST_MESSAGE = 1000


@dataclass(frozen=True, slots=True)
class ManifestSource:
    """A Ground Truth manifest in S3, maybe one version of the object."""

    location: Location
    version_id: str | None = None


def create_dataset(
    project: str,
    of: DatasetType,
    source: ManifestSource | None,
    grant: Grant,
    *,
    token: str | None = None,
    registry: Registry,
    entries: EntryStore,
    clock: Clock,
) -> Dataset:
    """A data set of the manifest's entries, or an empty one. What is wrong with lines is its status message.

    `Conflict` if the project has one; `InvalidRequest` if the manifest cannot be read or no line of it is right.
    """
    require_allowed(Operation.CREATE_DATASET, grant, project)

    @cache
    def read() -> tuple[list[Entry], list[LineError]]:
        lines = [] if source is None else entries.manifest(source.location, source.version_id)
        return _right(lines, None)

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, Dataset]:
        record.existing()
        if of in record.datasets:
            raise Conflict(
                f"{project}/{of}",
                ResourceType.DATASET,
                f"project {project} has a {of} data set: update it with UpdateDatasetEntries, or delete it first",
            )
        dataset = _new(record, of, *read(), entries, clock)
        return record.with_dataset(dataset), dataset

    call = Call(Operation.CREATE_DATASET, token, (of, source), DATASET)
    return commit_revision(project, of, decide, call, registry=registry, entries=entries, clock=clock)


def _new(
    record: ProjectRecord,
    of: DatasetType,
    right: Sequence[Entry],
    errors: Sequence[LineError],
    entries: EntryStore,
    clock: Clock,
) -> Dataset:
    now, dataset_id = clock(), dataset_id_of(record.revision + 1)
    return Dataset(
        type=of,
        dataset_id=dataset_id,
        revision=store_revision(record.name, of, dataset_id, right, entries),
        status=DatasetStatus.CREATE_COMPLETE,
        status_message=_message(errors),
        created_at=now,
        updated_at=now,
        counts=counts_of(right),
    )


def describe_dataset(project: str, of: DatasetType, grant: Grant, *, registry: Registry) -> Dataset:
    """The data set. `NoSuchResource` if there is none."""
    require_allowed(Operation.DESCRIBE_DATASET, grant, project)
    return registry.find(project).dataset(of)


def update_entries(
    project: str,
    of: DatasetType,
    changes: bytes,
    grant: Grant,
    *,
    token: str | None = None,
    registry: Registry,
    entries: EntryStore,
    clock: Clock,
) -> Dataset:
    """The data set with these lines: each is new, or replaces the one of the same image.

    One wrong line does not keep out the others; the status message names it. `InvalidRequest` if no line is right.
    """
    require_allowed(Operation.UPDATE_DATASET_ENTRIES, grant, project)
    if not 1 <= len(changes) <= LARGEST_CHANGES:
        raise InvalidRequest(("Changes", f"must be 1 to {LARGEST_CHANGES} bytes of JSON Lines"))

    def merged(present: Sequence[Entry]) -> tuple[list[Entry], list[LineError]]:
        right, errors = _right(changes.splitlines(), _bucket_of(present))
        return list({entry.source: entry for entry in (*present, *right)}.values()), errors

    call = Call(Operation.UPDATE_DATASET_ENTRIES, token, (of, sha256(changes).hexdigest()), DATASET)
    return _update(project, of, merged, call, registry, entries, clock)


def remove_entries(
    project: str,
    of: DatasetType,
    sources: Sequence[str],
    grant: Grant,
    *,
    token: str | None = None,
    registry: Registry,
    entries: EntryStore,
    clock: Clock,
) -> Dataset:
    """The data set without these images, by their `source-ref`; one that it does not have is no error."""
    require_allowed(Operation.REMOVE_DATASET_ENTRIES, grant, project)
    removed = frozenset(sources)

    def without(present: Sequence[Entry]) -> tuple[list[Entry], list[LineError]]:
        return [entry for entry in present if entry.source not in removed], []

    call = Call(Operation.REMOVE_DATASET_ENTRIES, token, (of, tuple(sources)), DATASET)
    return _update(project, of, without, call, registry, entries, clock)


def delete_dataset(
    project: str,
    of: DatasetType,
    grant: Grant,
    *,
    token: str | None = None,
    registry: Registry,
    entries: EntryStore,
    clock: Clock,
) -> Dataset:
    """The data set as it is DELETE_IN_PROGRESS; then its entries go, and then the data set. The images stay.

    `Conflict` while a version is trained. A deletion that was interrupted goes on.
    """
    require_allowed(Operation.DELETE_DATASET, grant, project)

    def mark(record: ProjectRecord) -> tuple[ProjectRecord, Dataset]:
        dataset = record.dataset(of)
        if record.training is not None:
            raise Conflict(
                f"{project}/{of}",
                ResourceType.DATASET,
                f"version {record.training.version} is being trained: delete the data set after that",
            )
        deleted = replace(dataset, status=DatasetStatus.DELETE_IN_PROGRESS, updated_at=clock())
        return record.with_dataset(deleted), deleted

    call = Call(Operation.DELETE_DATASET, token, (of,), DATASET)
    dataset = change(project, mark, call=call, registry=registry, clock=clock)

    def is_there(record: ProjectRecord) -> bool:
        return of in record.datasets and record.datasets[of].dataset_id == dataset.dataset_id

    def remove(record: ProjectRecord) -> tuple[ProjectRecord, None]:
        return (record.without_dataset(of) if is_there(record) else record), None

    if is_there(registry.find(project)):
        entries.delete(project, of, up_to=dataset.dataset_id)
        change(project, remove, registry=registry, clock=clock)
    return dataset


def _update(
    project: str,
    of: DatasetType,
    changed: Callable[[Sequence[Entry]], tuple[list[Entry], list[LineError]]],
    call: Call[Dataset],
    registry: Registry,
    entries: EntryStore,
    clock: Clock,
) -> Dataset:
    def decide(record: ProjectRecord) -> tuple[ProjectRecord, Dataset]:
        dataset = record.usable_dataset(of)
        right, errors = changed(entries_of(project, dataset, entries))
        updated = replace(
            dataset,
            revision=store_revision(project, of, dataset.dataset_id, right, entries),
            status=DatasetStatus.UPDATE_COMPLETE,
            status_message=_message(errors),
            updated_at=clock(),
            counts=counts_of(right),
        )
        return record.with_dataset(updated), updated

    return commit_revision(project, of, decide, call, registry=registry, entries=entries, clock=clock)


def counts_of(entries: Sequence[Entry]) -> Counts:
    """How many images there are, and with which label."""
    normal = sum(entry.label == "normal" for entry in entries)
    anomaly = sum(entry.label == "anomaly" for entry in entries)
    return Counts(total=len(entries), labelled=normal + anomaly, normal=normal, anomaly=anomaly)


def _right(lines: Sequence[bytes], bucket: str | None) -> tuple[list[Entry], list[LineError]]:
    right, errors = parse(lines, bucket)
    if errors and not right:
        raise InvalidRequest(*((f"line {each.line}", f"{each.field} {each.message}".strip()) for each in errors[:10]))
    return right, errors


def _message(errors: Sequence[LineError]) -> str:
    if not errors:
        return ""
    return storable(f"{len(errors)} lines were left out: {'; '.join(map(str, errors))}", _LONGEST_MESSAGE)


def _bucket_of(entries: Sequence[Entry]) -> str | None:
    """The bucket of a data set's images; None while it has no images."""
    return entries[0].source.removeprefix("s3://").partition("/")[0] if entries else None
