"""Tags of projects and of versions. A resource is a project's name and, for a version, its number."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.projects.change import change
from chalicelib.projects.errors import ResourceType
from chalicelib.projects.limits import require_few_tags, require_tags
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import Registry
from chalicelib.projects.record import ProjectRecord

type Tags = dict[str, str]


def list_tags(project: str, version: str | None, grant: Grant, *, registry: Registry) -> Tags:
    """The tags. `NoSuchResource` if there is no such resource."""
    require_allowed(Operation.LIST_TAGS, grant, project)
    return _tags_of(registry.find(project), version)


def tag_resource(
    project: str, version: str | None, tags: Mapping[str, str], grant: Grant, *, registry: Registry, clock: Clock
) -> None:
    """Add tags, or replace their values. `InvalidRequest`, `QuotaExceeded`, `NoSuchResource`."""
    require_allowed(Operation.TAG_RESOURCE, grant, project)
    require_tags(tags)
    _change_tags(project, version, lambda present: {**present, **tags}, registry, clock)


def untag_resource(
    project: str, version: str | None, keys: Collection[str], grant: Grant, *, registry: Registry, clock: Clock
) -> None:
    """Remove tags; a key without a tag is no error. `NoSuchResource`."""
    require_allowed(Operation.UNTAG_RESOURCE, grant, project)

    def without(present: Tags) -> Tags:
        return {key: value for key, value in present.items() if key not in keys}

    _change_tags(project, version, without, registry, clock)


def _tags_of(record: ProjectRecord, version: str | None) -> Tags:
    return record.existing().tags if version is None else record.model(version).tags


def _change_tags(
    project: str, version: str | None, changed: Callable[[Tags], Tags], registry: Registry, clock: Clock
) -> None:
    def decide(record: ProjectRecord) -> tuple[ProjectRecord, None]:
        tags = changed(_tags_of(record, version))
        if version is None:
            require_few_tags(tags, project, ResourceType.PROJECT)
            return replace(record, project=replace(record.existing(), tags=tags)), None
        model = record.model(version)
        require_few_tags(tags, model.resource_id, ResourceType.MODEL)
        return record.with_model(replace(model, tags=tags)), None

    change(project, decide, registry=registry, clock=clock)
