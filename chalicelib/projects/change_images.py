"""Change the images of a data set as a person does who looks at them: add, label, remove, all in one step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from chalicelib.access.domain import Grant
from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.change import Call
from chalicelib.projects.domain import Counts, DatasetType
from chalicelib.projects.entries import entries_of
from chalicelib.projects.image_lines import Labelling, Stamp, new_line, relabelled
from chalicelib.projects.manifest import Entry, parse
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.places import Places
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.revisions import Storage, commit_revision, new_dataset, next_revision

MOST_CHANGES = 1000
"""The most images of one change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What to do. Images are named by their S3 URIs."""

    add: tuple[Labelling, ...] = ()
    label: tuple[Labelling, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What was done. `present` were to be added, and are there already; `missing` were to be labelled, and are not.

    So of two people who change the same image at once, neither undoes what the other did: it is not added again by
    the one who labels it, and not labelled anew by the one who adds it.
    """

    added: int
    labelled: int
    removed: int
    present: tuple[str, ...]
    missing: tuple[str, ...]
    counts: Counts


CHANGED: TypeAdapter[Changed] = TypeAdapter(Changed)


def change_images(project: str, of: DatasetType, changes: Changes, grant: Grant, *, storage: Storage) -> Changed:
    """Commit all changes, or none. A data set that the project does not have is created for images to add.

    `NoSuchResource` without the project or, with nothing to add, without the data set; `InvalidRequest` for too many
    changes and for images that are not the project's own; `QuotaExceeded` for a data set that would be too large.
    """
    require_allowed(Operation.UPDATE_DATASET_ENTRIES, grant, project)
    _require_own(changes, Places(storage.entries.bucket, project))
    stamp = Stamp(grant.key_id, storage.clock())

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, Changed]:
        record.existing()
        if of not in record.datasets and changes.add:
            entries, changed = _changed({}, changes, stamp)
            dataset = new_dataset(record, of, entries, [], storage)
        else:
            before = record.usable_dataset(of)
            present = {each.source: each for each in entries_of(project, before, storage.entries)}
            entries, changed = _changed(present, changes, stamp)
            dataset = next_revision(project, before, entries, [], storage)
        return record.with_dataset(dataset), replace(changed, counts=dataset.counts)

    return commit_revision(project, of, decide, Call(Operation.UPDATE_DATASET_ENTRIES, None, (), CHANGED), storage)


def _require_own(changes: Changes, places: Places) -> None:
    if len(changes.add) + len(changes.label) + len(changes.remove) > MOST_CHANGES:
        raise InvalidRequest(("", f"changes at most {MOST_CHANGES} images"))
    strange = [(at, each) for at, each in enumerate(changes.add) if not places.have_image(each.source)]
    if strange:
        raise InvalidRequest(*((f"add.{at}.source", f"{each.source} {places.refusal}") for at, each in strange[:10]))


def _changed(present: Mapping[str, Entry], changes: Changes, stamp: Stamp) -> tuple[list[Entry], Changed]:
    """The entries after the changes: first images go, then labels change, then images come."""
    removed = frozenset(changes.remove) & present.keys()
    kept = {source: each for source, each in present.items() if source not in removed}
    labels = {each.source: each for each in changes.label}
    new = {each.source: each for each in changes.add}
    lines = [relabelled(kept[source], said, stamp) for source, said in labels.items() if source in kept]
    added = [new_line(said, stamp) for source, said in new.items() if source not in kept]
    after = kept | {each.source: each for each in _entries(lines)} | {each.source: each for each in _entries(added)}
    return list(after.values()), Changed(
        added=len(added),
        labelled=len(lines),
        removed=len(removed),
        present=tuple(source for source in new if source in kept),
        missing=tuple(source for source in labels if source not in kept),
        counts=Counts(),
    )


def _entries(lines: Iterable[str]) -> list[Entry]:
    """The entries of our own lines; `InvalidRequest` for one that is no line of a manifest, such as one too long."""
    entries, errors = parse((line.encode() for line in lines), None)
    if errors:
        raise InvalidRequest(*((each.field, each.message) for each in errors[:10]))
    return entries
