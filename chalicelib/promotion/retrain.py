"""Train the next version on the data set with the reviews, and have it compared: then it is proposed.

Each step can be repeated: labels that are in the data set are not added again, and a data set that no version has
learned from is a reason to train.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched

from chalicelib.access.domain import Grant, Role
from chalicelib.aws.observability import log_event, readable
from chalicelib.projects.domain import Dataset, DatasetType, Location, ModelStatus, ModelVersion
from chalicelib.projects.entries import entries_of
from chalicelib.projects.errors import Conflict, ResourceType
from chalicelib.projects.life_cycle import wrong_status
from chalicelib.projects.operations import Operation, require_allowed
from chalicelib.projects.ports import EntryStore
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.versions import NewModel
from chalicelib.promotion.compare import Comparing, Wanted, begin_comparison
from chalicelib.promotion.domain import Comparison, Replay, Trained
from chalicelib.promotion.labels import Learned, learned_from, line_of
from chalicelib.promotion.subjects import EVER

LINES = 10_000
"""The most labels that one change of a data set adds."""
FIRST_PAUSE, LONGEST_PAUSE = 15, 300
"""Seconds between two looks at a training: a quarter of its time until then, within these."""
LONGEST_TRAINING = timedelta(hours=3)
"""With all waits and attempts; after that a training has failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraining:
    """What the use cases need beside comparisons: the calls of projects that change data sets and make versions."""

    comparing: Comparing
    entries: EntryStore
    update_entries: Callable[..., Dataset]
    create_model: Callable[..., ModelVersion]


@dataclass(frozen=True, slots=True)
class Retrained:
    """The version that is being trained, and what it learns."""

    version: ModelVersion
    learned: Learned


def preview(project: str, grant: Grant, *, retraining: Retraining) -> Learned:
    """What a retraining would learn now, and what it would leave out."""
    require_allowed(Operation.RETRAIN_MODEL, grant, project)
    return _learned(retraining.comparing.registry.find(project), retraining)


def retrain(project: str, grant: Grant, *, retraining: Retraining) -> Retrained:
    """The next version, whose training waits in the queue; when it is trained it is compared with the hosted one.

    `Conflict` while another version is trained, or without a label that no version has learned from.
    """
    require_allowed(Operation.RETRAIN_MODEL, grant, project)
    comparing = retraining.comparing
    record = comparing.registry.find(project)
    if record.training is not None:
        raise wrong_status(record.training, "a project trains one version at a time")
    learned = _learned(record, retraining)
    if not learned.taken:
        _require_untrained(record, learned)
    dataset = record.dataset(DatasetType.TRAIN)
    for some in batched(learned.taken, LINES):
        changes = "\n".join(map(line_of, some)).encode()
        dataset = retraining.update_entries(project, DatasetType.TRAIN, changes, grant)
    if learned.taken:
        comparing.comparisons.put_learned(project, dataset.revision, learned)
    # Before the version is there, so that a call that dies in between leaves none that is never compared.
    comparing.queue.send_later(_order(record, grant, comparing), FIRST_PAUSE)
    output = Location(bucket=retraining.entries.bucket, key=f"training/{project}/")
    version = retraining.create_model(project, NewModel(output=output, description="retrained"), grant)
    return Retrained(version, learned)


def _order(record: ProjectRecord, grant: Grant, comparing: Comparing) -> Trained:
    return Trained(
        project=record.name, version=record.last_version + 1, asked_by=grant.key_id, asked_at=comparing.clock()
    )


def _learned(record: ProjectRecord, retraining: Retraining) -> Learned:
    record.usable_dataset(DatasetType.TRAIN)
    datasets = {of: entries_of(record.name, record.usable_dataset(of), retraining.entries) for of in record.datasets}
    return learned_from(readable(retraining.comparing.archive.reviews.of_project(record.name, EVER)), datasets)


def _require_untrained(record: ProjectRecord, learned: Learned) -> None:
    """`Conflict` if the newest version that was trained here has learned from this very data set."""
    trained = [each for each in record.models.values() if each.train and each.status is not ModelStatus.TRAINING_FAILED]
    newest = max(trained, key=lambda each: each.version, default=None)
    if newest is None or newest.train != record.datasets[DatasetType.TRAIN].revision:
        return
    contradicting = len(learned.contradictions)
    message = f"there are no new labels since version {newest.version}: review images, or change the data set" + (
        f"; {contradicting} reviews contradict the data set and are not learned from" if contradicting else ""
    )
    raise Conflict(newest.resource_id, ResourceType.MODEL, message)


def propose(order: Trained, *, comparing: Comparing) -> None:
    """Have a retrained version compared; look again later while it is trained."""
    model = comparing.registry.find(order.project).models.get(order.version)
    if model is None or model.status is ModelStatus.TRAINING_FAILED:
        log_event("a retrained version is not proposed", project=order.project, version=order.version)
        return
    age = comparing.clock() - order.asked_at
    if model.status is ModelStatus.TRAINING and age < LONGEST_TRAINING:
        pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, round(age.total_seconds() / 4)))
        comparing.queue.send_later(order, pause)
        return
    if (proposed := _proposed(order, comparing)) is not None:
        if comparing.comparisons.outcome(proposed) is None:
            comparing.queue.send([Replay(project=order.project, comparison_id=proposed.comparison_id)])
        return
    grant = Grant(order.asked_by, Role.OPERATOR, order.project)
    try:
        wanted = Wanted(version=str(order.version), proposes=True)
        begin_comparison(order.project, wanted, grant, comparing=comparing)
    except Conflict as error:
        log_event("a retrained version is not proposed", project=order.project, reason=str(error))


def _proposed(order: Trained, comparing: Comparing) -> Comparison | None:
    """The comparison that was begun; who died before sending its work does so in the next delivery."""
    found = (comparing.comparisons.find(order.project, each) for each in comparing.comparisons.ids(order.project))
    return next((each for each in found if each and each.candidate == order.version and each.proposes), None)


def show_learned(project: str, version: str, grant: Grant, *, comparing: Comparing) -> Learned:
    """What a version learned from reviews when it was trained; nothing if it was not a retraining."""
    require_allowed(Operation.DESCRIBE_MODEL, grant, project)
    model = comparing.registry.find(project).model(version)
    found = None if model.train is None else comparing.comparisons.learned(project, model.train)
    return found or Learned()
