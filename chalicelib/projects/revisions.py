"""The stored revisions of the entries of data sets.

A call stores a revision before it commits it, and it may die or be too late in between. The id of a data set is the
number of the commit that creates it. So once a project has had that commit, a data set with this id is there now or
never will be.
"""

from collections.abc import Sequence
from hashlib import sha256

from chalicelib.core.clock import Clock
from chalicelib.core.errors import LinewatchError
from chalicelib.projects.change import Call, Decide, change
from chalicelib.projects.domain import Dataset, DatasetType
from chalicelib.projects.limits import require_few_images
from chalicelib.projects.manifest import Entry, line_of
from chalicelib.projects.ports import EntryStore, Registry


def dataset_id_of(commit: int) -> str:
    """The id of a data set by the number of the commit that creates it; ids sort as the numbers do."""
    return f"{commit:010d}"


def store_revision(project: str, of: DatasetType, dataset_id: str, right: Sequence[Entry], entries: EntryStore) -> str:
    """The revision that these entries have; equal entries have the same one."""
    require_few_images(project, of, len(right))
    lines = [line_of(entry) for entry in right]
    revision = f"{dataset_id}-{sha256('\n'.join(lines).encode()).hexdigest()[:32]}"
    entries.write(project, of, revision, lines)
    return revision


def commit_revision(
    project: str,
    of: DatasetType,
    decide: Decide[Dataset],
    call: Call[Dataset],
    *,
    registry: Registry,
    entries: EntryStore,
    clock: Clock,
) -> Dataset:
    """Commit what `decide` has stored. What a failed call stored of a data set that is not there is deleted."""
    try:
        return change(project, decide, call=call, registry=registry, clock=clock)
    except LinewatchError:
        record = registry.find(project)
        if of not in record.datasets:
            entries.delete(project, of, up_to=dataset_id_of(record.revision))
        raise
