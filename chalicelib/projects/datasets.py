"""Create, describe, update and delete data sets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256

from chalicelib.access.domain import Grant
from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.change import Call, change
from chalicelib.projects.domain import DATASET, Dataset, DatasetStatus, DatasetType, Location
from chalicelib.projects.entries import entries_of
from chalicelib.projects.errors import Conflict, ResourceType
from chalicelib.projects.manifest import Entry, LineError
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.places import Places
from chalicelib.projects.ports import Registry
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.revisions import Storage, commit_revision, new_dataset, next_revision, right_lines

LARGEST_CHANGES = 10 * 1024 * 1024
"""Bytes of one update, by the contract."""


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
    storage: Storage,
) -> Dataset:
    """A data set of the manifest's entries, or an empty one. What is wrong with lines is its status message.

    The manifest and its images must be among the project's own files. `Conflict` if the project has a data set of this
    type; `InvalidRequest` if the manifest cannot be read or no line of it is right.
    """
    require_allowed(Operation.CREATE_DATASET, grant, project)
    places = Places(storage.entries.bucket, project)
    if source is not None:
        places.require_manifest(source.location)

    @cache
    def read() -> tuple[list[Entry], list[LineError]]:
        lines = [] if source is None else storage.entries.manifest(source.location, source.version_id)
        return right_lines(lines, places)

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, Dataset]:
        record.existing()
        if of in record.datasets:
            raise Conflict(
                f"{project}/{of}",
                ResourceType.DATASET,
                f"project {project} has a {of} data set: update it with UpdateDatasetEntries, or delete it first",
            )
        dataset = new_dataset(record, of, *read(), storage)
        return record.with_dataset(dataset), dataset

    call = Call(Operation.CREATE_DATASET, token, (of, source), DATASET)
    return commit_revision(project, of, decide, call, storage)


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
    storage: Storage,
) -> Dataset:
    """The data set with these lines: each is new, or replaces the one of the same image.

    One wrong line does not keep out the others; the status message names it. `InvalidRequest` if no line is right.
    """
    require_allowed(Operation.UPDATE_DATASET_ENTRIES, grant, project)
    if not 1 <= len(changes) <= LARGEST_CHANGES:
        raise InvalidRequest(("Changes", f"must be 1 to {LARGEST_CHANGES} bytes of JSON Lines"))

    def merged(present: Sequence[Entry]) -> tuple[list[Entry], list[LineError]]:
        right, errors = right_lines(changes.splitlines(), Places(storage.entries.bucket, project))
        return list({entry.source: entry for entry in (*present, *right)}.values()), errors

    call = Call(Operation.UPDATE_DATASET_ENTRIES, token, (of, sha256(changes).hexdigest()), DATASET)
    return _update(project, of, merged, call, storage)


def remove_entries(
    project: str,
    of: DatasetType,
    sources: Sequence[str],
    grant: Grant,
    *,
    token: str | None = None,
    storage: Storage,
) -> Dataset:
    """The data set without these images, by their `source-ref`; one that it does not have is no error."""
    require_allowed(Operation.REMOVE_DATASET_ENTRIES, grant, project)
    removed = frozenset(sources)

    def without(present: Sequence[Entry]) -> tuple[list[Entry], list[LineError]]:
        return [entry for entry in present if entry.source not in removed], []

    call = Call(Operation.REMOVE_DATASET_ENTRIES, token, (of, tuple(sources)), DATASET)
    return _update(project, of, without, call, storage)


def delete_dataset(
    project: str,
    of: DatasetType,
    grant: Grant,
    *,
    token: str | None = None,
    storage: Storage,
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
        deleted = replace(dataset, status=DatasetStatus.DELETE_IN_PROGRESS, updated_at=storage.clock())
        return record.with_dataset(deleted), deleted

    call = Call(Operation.DELETE_DATASET, token, (of,), DATASET)
    dataset = change(project, mark, call=call, registry=storage.registry, clock=storage.clock)

    def is_there(record: ProjectRecord) -> bool:
        return of in record.datasets and record.datasets[of].dataset_id == dataset.dataset_id

    def remove(record: ProjectRecord) -> tuple[ProjectRecord, None]:
        return (record.without_dataset(of) if is_there(record) else record), None

    if is_there(storage.registry.find(project)):
        storage.entries.delete(project, of, up_to=dataset.dataset_id)
        change(project, remove, registry=storage.registry, clock=storage.clock)
    return dataset


def _update(
    project: str,
    of: DatasetType,
    changed: Callable[[Sequence[Entry]], tuple[list[Entry], list[LineError]]],
    call: Call[Dataset],
    storage: Storage,
) -> Dataset:
    def decide(record: ProjectRecord) -> tuple[ProjectRecord, Dataset]:
        dataset = record.usable_dataset(of)
        right, errors = changed(entries_of(project, dataset, storage.entries))
        updated = next_revision(project, dataset, right, errors, storage)
        return record.with_dataset(updated), updated

    return commit_revision(project, of, decide, call, storage)
