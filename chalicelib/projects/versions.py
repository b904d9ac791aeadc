"""Create, import, list, describe and delete versions of a project's model."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.change import Call, change
from chalicelib.projects.domain import MODEL, MOST_MODELS, DatasetType, Evaluation, Location, ModelStatus, ModelVersion
from chalicelib.projects.errors import Conflict, QuotaExceeded, ResourceType
from chalicelib.projects.life_cycle import FOLLOWING, moved, wrong_status
from chalicelib.projects.limits import (
    require_description,
    require_enough_images,
    require_few_tags,
    require_own_place,
    require_tags,
)
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.pages import Page, position_in, require_page_size, token_of
from chalicelib.projects.ports import ModelFiles, Registry, TrainingQueue
from chalicelib.projects.record import LATEST, ProjectRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class NewModel:
    """What a client says of a new version: where its evaluation goes, a description, tags (key, value)."""

    output: Location
    description: str = ""
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A model file, and what is known of the version."""

    content: bytes
    description: str = ""
    evaluation: Evaluation | None = None


def create_model(
    project: str,
    new: NewModel,
    grant: Grant,
    *,
    token: str | None = None,
    registry: Registry,
    queue: TrainingQueue,
    bucket: str,
    clock: Clock,
) -> ModelVersion:
    """A new version, whose training waits in the queue.

    `Conflict` while another version is trained or if there are too few images; `QuotaExceeded`, `InvalidRequest`.
    `bucket` is the stage's own.
    """
    require_allowed(Operation.CREATE_MODEL, grant, project)
    require_own_place(new.output, bucket)
    require_description(new.description)
    require_tags(dict(new.tags))

    def decide(record: ProjectRecord) -> tuple[ProjectRecord, ModelVersion]:
        _require_room(record)
        datasets = {of: record.usable_dataset(of) for of in (DatasetType.TRAIN, *record.datasets)}
        require_enough_images(project, datasets)
        test = datasets.get(DatasetType.TEST)
        model = replace(
            _next_version(record, ModelStatus.TRAINING, clock),
            description=new.description,
            output=new.output,
            tags=dict(new.tags),
            train=datasets[DatasetType.TRAIN].revision,
            test=None if test is None else test.revision,
        )
        require_few_tags(model.tags, model.resource_id, ResourceType.MODEL)
        return record.with_model(model), model

    call = Call(Operation.CREATE_MODEL, token, (new,), MODEL)
    model = change(project, decide, call=call, registry=registry, clock=clock)
    training = registry.find(project).training
    if training is not None and training.version == model.version and training.lease is None:
        queue.send(project, model.version)
    return model


def _require_room(record: ProjectRecord) -> None:
    record.existing()
    if record.training is not None:
        raise wrong_status(record.training, "a project trains one version at a time")
    if len(record.models) >= MOST_MODELS:
        raise QuotaExceeded(
            record.name,
            ResourceType.PROJECT,
            f"project {record.name} has {MOST_MODELS} versions, the most there may be: delete one with DeleteModel",
        )


def _next_version(record: ProjectRecord, status: ModelStatus, clock: Clock) -> ModelVersion:
    now = clock()
    return ModelVersion(
        project=record.name, version=record.last_version + 1, status=status, created_at=now, changed_at=now
    )


def import_model(
    project: str,
    file: ModelFile,
    grant: Grant,
    *,
    registry: Registry,
    files: ModelFiles,
    check: Callable[[bytes], object],
    clock: Clock,
) -> ModelVersion:
    """A version of a model file that was trained elsewhere; it is TRAINED and can be started.

    `check` raises `ModelRefused` for a file that cannot be used; nothing is stored then.
    """
    require_allowed(Operation.IMPORT_MODEL, grant, project)
    require_description(file.description)
    check(file.content)

    def described(new: ModelVersion) -> ModelVersion:
        return replace(new, description=file.description, evaluation=file.evaluation)

    return add_version(project, file.content, described, registry=registry, files=files, clock=clock)


def add_version(
    project: str,
    content: bytes,
    described: Callable[[ModelVersion], ModelVersion],
    *,
    registry: Registry,
    files: ModelFiles,
    clock: Clock,
) -> ModelVersion:
    """The next version, which is TRAINED and has this file; `described` says what it is.

    After a kill in between, one number is unused, and the version can be added again.
    """

    def take_number(record: ProjectRecord) -> tuple[ProjectRecord, ModelVersion]:
        _require_room(record)
        model = described(_next_version(record, ModelStatus.TRAINED, clock))
        return replace(record, last_version=model.version), model

    model = change(project, take_number, registry=registry, clock=clock)
    files.put(project, model.version, content)

    def add(record: ProjectRecord) -> tuple[ProjectRecord, ModelVersion]:
        record.existing()
        return record.with_model(model), model

    return change(project, add, registry=registry, clock=clock)


def list_models(
    project: str, grant: Grant, *, limit: int = 100, next_token: str | None = None, registry: Registry
) -> Page[ModelVersion]:
    """The versions of a project, the newest first. `NoSuchResource` without the project."""
    require_allowed(Operation.LIST_MODELS, grant, project)
    require_page_size(limit)
    scope = (Operation.LIST_MODELS, project)
    before = position_in(next_token, *scope)
    record = registry.find(project)
    record.existing()
    left = sorted((each for each in record.models if before is None or each < before), reverse=True)
    page = [record.models[each] for each in left[:limit]]
    return Page(page, token_of(page[-1].version, *scope) if len(left) > limit else None)


def describe_model(project: str, version: str, grant: Grant, *, registry: Registry) -> ModelVersion:
    """One version by its number, or the newest by `latest`. `NoSuchResource` if there is none."""
    require_allowed(Operation.DESCRIBE_MODEL, grant, project)
    return registry.find(project).model(version)


def delete_model(
    project: str,
    version: str,
    grant: Grant,
    *,
    token: str | None = None,
    registry: Registry,
    files: ModelFiles,
    clock: Clock,
) -> ModelVersion:
    """The version as it is DELETING; then its file goes, and then the version. `Conflict` if it is in use."""
    require_allowed(Operation.DELETE_MODEL, grant, project)
    if version == LATEST:
        raise InvalidRequest(("ModelVersion", "must be a number: latest cannot be deleted"))

    def mark(record: ProjectRecord) -> tuple[ProjectRecord, ModelVersion]:
        model = record.model(version)
        if model.status is ModelStatus.DELETING:
            return record, model
        if ModelStatus.DELETING not in FOLLOWING[model.status]:
            raise wrong_status(model, "DeleteModel")
        shadow = record.existing().shadow
        if shadow is not None and shadow.version == model.version and shadow.runs(clock()):
            message = f"version {model.version} runs in the shadow of version {shadow.hosted}: stop that first"
            raise Conflict(model.resource_id, ResourceType.MODEL, message)
        deleted = moved(model, ModelStatus.DELETING, at=clock())
        return record.with_model(deleted), deleted

    call = Call(Operation.DELETE_MODEL, token, (version,), MODEL)
    model = change(project, mark, call=call, registry=registry, clock=clock)

    def remove(record: ProjectRecord) -> tuple[ProjectRecord, ModelVersion]:
        return record.without_model(model.version), model

    if model.version in registry.find(project).models:
        files.delete(project, model.version)
        change(project, remove, registry=registry, clock=clock)
    return model
