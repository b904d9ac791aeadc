"""Train a version: read its data sets, make a model, measure it, store what was made.

A worker may die after any line. Nothing of the version is seen before the last commit, which makes it TRAINED.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict

from chalicelib.core.clock import Clock
from chalicelib.core.describe import describe_error
from chalicelib.core.values import storable
from chalicelib.projects.arns import Arns
from chalicelib.projects.copy_images import copied, without_unreadable
from chalicelib.projects.domain import DatasetType, Evaluation, MaskClass, ModelStatus, ModelVersion
from chalicelib.projects.errors import LeaseLost, TooLarge, TrainingFailed
from chalicelib.projects.evaluation_files import evaluation_manifest, evaluation_result, place_of
from chalicelib.projects.examples import Examples, Progress, Trained
from chalicelib.projects.heartbeat import Heartbeat
from chalicelib.projects.limits import missing_images
from chalicelib.projects.manifest import Entry, parse
from chalicelib.projects.mask_class import mask_class_of
from chalicelib.projects.places import Places
from chalicelib.projects.ports import EntryStore, ImageDownloads, ModelFiles, OutputFiles, Registry, Trainer
from chalicelib.projects.remarks import REMARKS
from chalicelib.projects.training import begin_training, end_training, fail_training, release_lease, renew_lease
from chalicelib.projects.training_size import FUNCTION, Estimate, Room, advice, drawn

LONGEST_MESSAGE = 1000
NAMED = 5
"""The most images that a message names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A version to train, by whom, and for how long: `last` if the queue delivers the message no more."""

    project: str
    version: int
    worker: str
    last: bool
    seconds_left: Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What a training needs from outside, the stage's own bucket, and how large a training may be."""

    registry: Registry
    entries: EntryStore
    images: ImageDownloads
    trainer: Trainer
    files: ModelFiles
    outputs: OutputFiles
    arns: Arns
    bucket: str
    clock: Clock
    room: Room = FUNCTION


def train_version(order: Order, *, workshop: Workshop) -> ModelStatus | None:
    """The status that the version has now; None if it is not this worker's to train.

    What can never succeed makes the version TRAINING_FAILED. Any other error is raised, and another worker may train
    the version; at the last delivery it is TRAINING_FAILED too.
    """
    at = _At(order, workshop)
    try:
        model = at.call(begin_training)
        if model is None:
            return None
        with Heartbeat(partial(at.call, renew_lease), order.seconds_left) as heartbeat:
            evaluation, found = _trained(model, heartbeat, workshop)
        status, ended = ModelStatus.TRAINED, at.call(partial(end_training, **found), evaluation)
    except LeaseLost:
        return None
    except TrainingFailed as error:
        reason = f"{error}: {advice(order.project)}" if isinstance(error, TooLarge) else str(error)
        status, ended = ModelStatus.TRAINING_FAILED, at.call(fail_training, _kept(reason))
    except Exception as error:
        if order.last:
            at.call(fail_training, _kept(describe_error(error)))
        else:
            at.call(release_lease)
        raise
    if not ended:
        _delete_file_of_deleted(order, workshop)
    return status if ended else None


def _delete_file_of_deleted(order: Order, workshop: Workshop) -> None:
    """While its worker stood still, the version may have failed and been deleted: nobody else knows of the new file."""
    model = workshop.registry.find(order.project).models.get(order.version)
    if model is None or model.status is ModelStatus.DELETING:
        workshop.files.delete(order.project, order.version)


def _kept(reason: str) -> str:
    return storable(reason, LONGEST_MESSAGE)


@dataclass(frozen=True, slots=True)
class _At:
    """A worker at its version."""

    order: Order
    workshop: Workshop

    def call[T](self, change: Callable[..., T], *values: object) -> T:
        """Change the version as its worker."""
        order, workshop = self.order, self.workshop
        return change(
            order.project,
            order.version,
            order.worker,
            *values,
            registry=workshop.registry,
            clock=workshop.clock,
        )


class _Found(TypedDict):
    """What a training finds in its images: see `end_training`."""

    message: str
    masks: MaskClass | None


def _trained(model: ModelVersion, heartbeat: Heartbeat, workshop: Workshop) -> tuple[Evaluation, _Found]:
    """Train, and store all but the evaluation and what is found. Raises `TrainingFailed`, `LeaseLost`."""
    with TemporaryDirectory() as scratch:
        sets, notes = _examples(model, Path(scratch), heartbeat, workshop)
        heartbeat.beat()
        train, test = sets[DatasetType.TRAIN], sets.get(DatasetType.TEST)
        trained = workshop.trainer.train(model.project, train, test, _part(heartbeat.progress, 0.3, 0.95))
    heartbeat.beat()
    evaluation = _store(model, train, train if test is None else test, trained, workshop)
    message = _kept("; ".join(filter(None, [notes, *trained.warnings])))
    return evaluation, {"message": message, "masks": mask_class_of(each.entry for each in train.used)}


def _part(progress: Progress, start: float, end: float) -> Progress:
    """The progress of a part of the work."""
    return lambda done: progress(start + done * (end - start))


def _examples(
    model: ModelVersion, scratch: Path, heartbeat: Heartbeat, workshop: Workshop
) -> tuple[dict[DatasetType, Examples], str]:
    """The images of each data set, and what people should know of them. Raises `TrainingFailed`."""
    entries = {of: _entries(model, of, revision, workshop.entries) for of, revision in _revisions(model).items()}
    chosen = {**entries, DatasetType.TRAIN: drawn(entries[DatasetType.TRAIN])}
    learned, tested = len(chosen[DatasetType.TRAIN]), len(chosen.get(DatasetType.TEST, ()))
    places = Places(workshop.bucket, model.project)
    estimate = Estimate(learned, tested, workshop.room)
    progress = _part(heartbeat.progress, 0, 0.2)
    sets = {}
    for of, some in chosen.items():
        files = copied(some, scratch / of, places, workshop.images, progress, workshop.room)
        sets[of] = without_unreadable(files, workshop.trainer.megapixels, estimate, progress)
    _require_enough(sets)
    return sets, _notes(len(entries[DatasetType.TRAIN]) - learned, sets)


def _revisions(model: ModelVersion) -> dict[DatasetType, str]:
    both = {DatasetType.TRAIN: model.train, DatasetType.TEST: model.test}
    return {of: revision for of, revision in both.items() if revision is not None}


def _entries(model: ModelVersion, of: DatasetType, revision: str, store: EntryStore) -> Sequence[Entry]:
    """The labelled entries of a revision."""
    lines = store.read(model.project, of, revision)
    if lines is None:
        raise TrainingFailed(f"the entries of the {of} data set are gone: create the data set and a version again")
    return [entry for entry in parse(lines, None)[0] if entry.label is not None]


def _require_enough(sets: Mapping[DatasetType, Examples]) -> None:
    missing = missing_images({of: examples.counts for of, examples in sets.items()})
    if missing:
        raise TrainingFailed(f"too few images can be used: add {', '.join(missing)}{_left_out(sets)}")


def _notes(not_drawn: int, sets: Mapping[DatasetType, Examples]) -> str:
    lot = f"{not_drawn} images by lot: a training takes so many and no more" if not_drawn > 0 else ""
    return storable("; ".join(filter(None, [lot, _left_out(sets).removeprefix("; ")])), LONGEST_MESSAGE)


def _left_out(sets: Mapping[DatasetType, Examples]) -> str:
    """The images that are not used, with the reasons of the first ones; empty if there are none."""
    reasons = [f"{source}: {reason}" for examples in sets.values() for source, reason in examples.left_out.items()]
    return f"; {len(reasons)} images were left out: {'; '.join(reasons[:NAMED])}" if reasons else ""


def _store(model: ModelVersion, train: Examples, test: Examples, trained: Trained, workshop: Workshop) -> Evaluation:
    """Store the files. A file that an earlier delivery left there is replaced: nobody has used it."""
    ended_at = workshop.clock()
    manifest, result, report, remarks = (
        place_of(model, kind, suffix)
        for kind, suffix in (
            ("EvaluationManifest", ".json"),
            ("EvaluationResult", ".json"),
            ("TrainingReport", ".html"),
            ("TrainingRemarks", ".json"),
        )
    )
    put = workshop.outputs.put
    put(manifest, evaluation_manifest(test.used, trained), "application/x-ndjson")
    arn = workshop.arns.model(model.project, model.version)
    put(result, evaluation_result(arn, trained, len(train.used), len(test.used), ended_at), "application/json")
    put(report, trained.report, "text/html; charset=utf-8")
    put(remarks, REMARKS.dump_json(trained.remarks), "application/json")
    workshop.files.delete(model.project, model.version)
    workshop.files.put(model.project, model.version, trained.model)
    return Evaluation(
        precision=trained.precision,
        recall=trained.recall,
        f1=trained.f1,
        ended_at=ended_at,
        manifest=manifest,
        result=result,
    )
