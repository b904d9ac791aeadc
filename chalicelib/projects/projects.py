"""Create, list, describe and delete projects."""

from dataclasses import replace

from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.projects.change import Call, change
from chalicelib.projects.domain import PROJECT, DatasetType, Project
from chalicelib.projects.errors import Conflict, ResourceType
from chalicelib.projects.limits import require_name
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.pages import Page, position_in, require_page_size
from chalicelib.projects.ports import EntryStore, Forget, HostingWaker, Registry
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.revisions import dataset_id_of


def create_project(
    name: str,
    grant: Grant,
    *,
    token: str | None = None,
    registry: Registry,
    waker: HostingWaker,
    clock: Clock,
) -> Project:
    """A new project without data sets and versions. `Conflict` if there is one of this name."""
    require_name(name)
    require_allowed(Operation.CREATE_PROJECT, grant, name)

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, Project]:
        if record.project is not None:
            raise Conflict(
                name, ResourceType.PROJECT, f"project {name} exists: use it, or delete it or choose another name"
            )
        project = Project(name=name, created_at=clock())
        return replace(record, project=project), project

    call = Call(Operation.CREATE_PROJECT, token, (), PROJECT)
    project = change(name, decide, call=call, registry=registry, clock=clock)
    waker.wake(name)
    return project


def list_projects(
    grant: Grant, *, limit: int = 100, next_token: str | None = None, registry: Registry
) -> Page[Project]:
    """The project of the key, if it exists."""
    require_allowed(Operation.LIST_PROJECTS, grant, grant.project)
    require_page_size(limit)
    position_in(next_token, Operation.LIST_PROJECTS, grant.project)
    project = registry.find(grant.project).project
    return Page([] if project is None else [project], None)


def describe_project(name: str, grant: Grant, *, registry: Registry) -> ProjectRecord:
    """The project with its data sets and versions. `NoSuchResource` if there is none."""
    require_allowed(Operation.DESCRIBE_PROJECT, grant, name)
    record = registry.find(name)
    record.existing()
    return record


def delete_project(
    name: str,
    grant: Grant,
    *,
    token: str | None = None,
    registry: Registry,
    entries: EntryStore,
    forget: Forget,
    waker: HostingWaker,
    clock: Clock,
) -> Project:
    """The project that was deleted. `Conflict` while it has versions or data sets, which have to be deleted first.

    With it go entries of data sets that calls stored and did not commit, and what people have set for it. Its keys,
    the people who may see it, and its images stay.
    """
    require_allowed(Operation.DELETE_PROJECT, grant, name)

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, Project]:
        project = record.existing()
        remaining = [
            *(f"version {version} (DeleteModel)" for version in sorted(record.models)),
            *(f"the {each} data set (DeleteDataset)" for each in record.datasets),
        ]
        if remaining:
            raise Conflict(
                name, ResourceType.PROJECT, f"project {name} is not empty: delete {', '.join(remaining[:10])} first"
            )
        for of in DatasetType:
            entries.delete(name, of, up_to=dataset_id_of(record.revision))
        forget(name, grant)
        return replace(record, project=None), project

    call = Call(Operation.DELETE_PROJECT, token, (), PROJECT)
    project = change(name, decide, call=call, registry=registry, clock=clock)
    waker.wake(name)
    return project
