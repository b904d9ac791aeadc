"""Look through the images of a data set, and at what the newest training noticed about them."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.access.domain import Grant
from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.domain import Counts, DatasetType, ModelVersion
from chalicelib.projects.entries import EntryFilter, entries_of
from chalicelib.projects.evaluation_files import place_of
from chalicelib.projects.manifest import ClassName, Entry
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import EntryStore, OutputFiles, Registry
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.remarks import REMARKS, Doubt, Remarks

LARGEST_PAGE = 200
USUAL_PAGE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which images to show: those with this label or, if `labelled` is false, those without one; from `start` on."""

    label: ClassName | None = None
    labelled: bool | None = None
    start: int = 0
    limit: int = USUAL_PAGE


@dataclass(frozen=True, slots=True)
class ImagesPage:
    """Some images, how many match, and the counts of the whole data set."""

    entries: Sequence[Entry]
    matching: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class RemarksOfVersion:
    """Remarks about images that the data set still has, and the version whose training made them; None without one."""

    version: int | None
    near_duplicates: Sequence[Sequence[Entry]] = ()
    doubts: Sequence[tuple[Entry, Doubt]] = ()


def list_images(
    project: str, of: DatasetType, part: Part, grant: Grant, *, registry: Registry, entries: EntryStore
) -> ImagesPage:
    """A part of the images, in the order of the data set. `NoSuchResource` if there is no data set."""
    require_allowed(Operation.LIST_DATASET_ENTRIES, grant, project)
    if not 1 <= part.limit <= LARGEST_PAGE:
        raise InvalidRequest(("limit", f"must be 1 to {LARGEST_PAGE}"))
    if part.start < 0:
        raise InvalidRequest(("start", "must be 0 or more"))
    dataset = registry.find(project).usable_dataset(of)
    wanted = EntryFilter(label=part.label, labelled=part.labelled)
    matching = [each for each in entries_of(project, dataset, entries) if wanted.matches(each)]
    return ImagesPage(matching[part.start : part.start + part.limit], len(matching), dataset.counts)


def show_remarks(
    project: str, of: DatasetType, grant: Grant, *, registry: Registry, entries: EntryStore, outputs: OutputFiles
) -> RemarksOfVersion:
    """What the newest training noticed. A doubt about a label that was changed since is settled."""
    require_allowed(Operation.LIST_DATASET_ENTRIES, grant, project)
    record = registry.find(project)
    dataset = record.usable_dataset(of)
    found = _newest(record, outputs)
    if found is None:
        return RemarksOfVersion(None)
    model, remarks = found
    present = {each.source: each for each in entries_of(project, dataset, entries)}
    groups = [[present[source] for source in group if source in present] for group in remarks.near_duplicates]
    doubts = [
        (present[each.source], each)
        for each in remarks.doubts
        if each.source in present and present[each.source].label == each.label
    ]
    return RemarksOfVersion(model.version, [group for group in groups if len(group) > 1], doubts)


def _newest(record: ProjectRecord, outputs: OutputFiles) -> tuple[ModelVersion, Remarks] | None:
    """The newest version whose training wrote remarks. Those of earlier releases have none."""
    trained = [each for each in record.models.values() if each.output is not None and each.evaluation is not None]
    if not trained:
        return None
    model = max(trained, key=lambda each: each.version)
    content = outputs.read(place_of(model, "TrainingRemarks", ".json"))
    return None if content is None else (model, REMARKS.validate_json(content))
