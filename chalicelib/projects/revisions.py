"""Make the revisions of a data set: from lines of a manifest to stored entries.

A revision never changes. A change stores another one and then swings the registry's pointer, if it still is on the old
one. It may die or be too late in between. The id of a data set is the number of the commit that creates it. So once a
project has had that commit, a data set with this id is there now or never will be.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest, LinewatchError
from chalicelib.core.values import storable
from chalicelib.projects.change import Call, Decide, change
from chalicelib.projects.domain import Counts, Dataset, DatasetStatus, DatasetType
from chalicelib.projects.limits import require_few_images
from chalicelib.projects.manifest import Entry, LineError, line_of, parse
from chalicelib.projects.places import Places
from chalicelib.projects.ports import EntryStore, Registry
from chalicelib.projects.record import ProjectRecord

MOST_LINES = 100_000
"""Of a manifest, with those that are empty or wrong; a data set has at most 16,000 images."""
_LONGEST_MESSAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Where projects and the entries of their data sets are kept."""

    registry: Registry
    entries: EntryStore
    clock: Clock


def checked_lines(lines: Sequence[bytes], places: Places) -> tuple[list[Entry], list[LineError]]:
    """The entries of the right lines, and what is wrong with the others. `InvalidRequest` for too many lines."""
    if len(lines) > MOST_LINES:
        raise InvalidRequest(("", f"there are {len(lines)} lines; a manifest has at most {MOST_LINES}"))
    return parse(lines, places)


def right_lines(lines: Sequence[bytes], places: Places) -> tuple[list[Entry], list[LineError]]:
    """The same, and `InvalidRequest` if some are wrong and none is right."""
    right, errors = checked_lines(lines, places)
    if errors and not right:
        raise InvalidRequest(*((f"line {each.line}", f"{each.field} {each.message}".strip()) for each in errors[:10]))
    return right, errors


def dataset_id_of(commit: int) -> str:
    """The id of a data set by the number of the commit that creates it; ids sort as the numbers do."""
    return f"{commit:010d}"


def new_dataset(
    record: ProjectRecord,
    of: DatasetType,
    right: Sequence[Entry],
    errors: Sequence[LineError],
    storage: Storage,
) -> Dataset:
    """A data set of these entries, which are stored; `errors` are its status message."""
    now, dataset_id = storage.clock(), dataset_id_of(record.revision + 1)
    return Dataset(
        type=of,
        dataset_id=dataset_id,
        revision=_store(record.name, of, dataset_id, right, storage.entries),
        status=DatasetStatus.CREATE_COMPLETE,
        status_message=_message(errors),
        created_at=now,
        updated_at=now,
        counts=counts_of(right),
    )


def next_revision(
    project: str,
    dataset: Dataset,
    right: Sequence[Entry],
    errors: Sequence[LineError],
    storage: Storage,
) -> Dataset:
    """The data set with these entries instead, which are stored; `errors` are its status message."""
    return replace(
        dataset,
        revision=_store(project, dataset.type, dataset.dataset_id, right, storage.entries),
        status=DatasetStatus.UPDATE_COMPLETE,
        status_message=_message(errors),
        updated_at=storage.clock(),
        counts=counts_of(right),
    )


def commit_revision[T](
    project: str,
    of: DatasetType,
    decide: Decide[T],
    call: Call[T],
    storage: Storage,
) -> T:
    """Commit what `decide` has stored. What a failed call stored of a data set that is not there is deleted."""
    try:
        return change(project, decide, call=call, registry=storage.registry, clock=storage.clock)
    except LinewatchError:
        record = storage.registry.find(project)
        if of not in record.datasets:
            storage.entries.delete(project, of, up_to=dataset_id_of(record.revision))
        raise


def counts_of(entries: Sequence[Entry]) -> Counts:
    """How many images there are, and with which label."""
    normal = sum(entry.label == "normal" for entry in entries)
    anomaly = sum(entry.label == "anomaly" for entry in entries)
    return Counts(total=len(entries), labelled=normal + anomaly, normal=normal, anomaly=anomaly)


def _store(project: str, of: DatasetType, dataset_id: str, right: Sequence[Entry], entries: EntryStore) -> str:
    """The revision that these entries have; equal entries have the same one."""
    require_few_images(project, of, len(right))
    lines = [line_of(entry) for entry in right]
    revision = f"{dataset_id}-{sha256('\n'.join(lines).encode()).hexdigest()[:32]}"
    entries.write(project, of, revision, lines)
    return revision


def _message(errors: Sequence[LineError]) -> str:
    if not errors:
        return ""
    return storable(f"{len(errors)} lines were left out: {'; '.join(map(str, errors))}", _LONGEST_MESSAGE)
