"""List the entries of a data set."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.access.domain import Grant
from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.domain import Dataset, DatasetType
from chalicelib.projects.errors import Conflict, ResourceType
from chalicelib.projects.manifest import ClassName, Entry, parse
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.pages import Page, position_in, require_page_size, token_of
from chalicelib.projects.ports import EntryStore, Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries to list; None is no condition. The times limit the creation date of the label, both exclusive."""

    labelled: bool | None = None
    label: ClassName | None = None
    before: datetime | None = None
    after: datetime | None = None
    source_contains: str = ""

    def matches(self, entry: Entry) -> bool:
        """Whether the entry meets all conditions. One without a creation date meets none about it."""
        return (
            self.labelled in {None, entry.label is not None}
            and self.label in {None, entry.label}
            and self.source_contains in entry.source
            and (self.before is None or (entry.created_at is not None and entry.created_at < self.before))
            and (self.after is None or (entry.created_at is not None and entry.created_at > self.after))
        )


def entries_of(project: str, dataset: Dataset, entries: EntryStore) -> list[Entry]:
    """All entries of a data set. `Conflict` if it was deleted or changed just now."""
    lines = entries.read(project, dataset.type, dataset.revision)
    if lines is None:
        raise Conflict(
            f"{project}/{dataset.type}",
            ResourceType.DATASET,
            f"the entries of the {dataset.type} data set are gone: if it is still there, delete it and create it again",
        )
    return parse(lines, None)[0]


def export_entries(
    project: str, of: DatasetType, filter_: EntryFilter, grant: Grant, *, registry: Registry, entries: EntryStore
) -> list[Entry]:
    """All entries that match, of one revision, in the order of the data set: their lines are its manifest."""
    require_allowed(Operation.LIST_DATASET_ENTRIES, grant, project)
    dataset = registry.find(project).usable_dataset(of)
    return [entry for entry in entries_of(project, dataset, entries) if filter_.matches(entry)]


def list_entries(
    project: str,
    of: DatasetType,
    filter_: EntryFilter,
    grant: Grant,
    *,
    limit: int = 100,
    next_token: str | None = None,
    registry: Registry,
    entries: EntryStore,
) -> Page[Entry]:
    """The entries that match, in the order of the data set.

    The token of a page holds for the revision that the page is of. `InvalidRequest` after a change of the data set:
    the list has to be read from its start.
    """
    require_allowed(Operation.LIST_DATASET_ENTRIES, grant, project)
    require_page_size(limit)
    dataset = registry.find(project).usable_dataset(of)
    scope = (Operation.LIST_DATASET_ENTRIES, project, of, filter_, dataset.revision)
    start = position_in(next_token, *scope) or 0
    if start < 0:
        raise InvalidRequest(("NextToken", "is not a value that this API returned"))
    matching = [entry for entry in entries_of(project, dataset, entries) if filter_.matches(entry)]
    end = start + limit
    return Page(matching[start:end], token_of(end, *scope) if end < len(matching) else None)
