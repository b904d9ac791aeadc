"""The work of a comparison: plan it, judge a part of its images, conclude when all parts are judged.

Nothing is counted on the way. A part has one result, which is written whole, and the outcome is made of all results. So
each step may end after any line and be done again, by any number of workers: nothing is lost and nothing counts twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import batched
from uuid import uuid4

from chalicelib.aws.observability import log_event
from chalicelib.core.errors import ObjectGone, UnprocessableImage
from chalicelib.core.image import UploadedImage
from chalicelib.core.verdict import Verdict
from chalicelib.inspections.ports import Images
from chalicelib.models.ports import InspectionTooSlow, Model, ModelRefused, Models
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.manifest import parse
from chalicelib.projects.ports import EntryStore
from chalicelib.promotion.compare import Comparing
from chalicelib.promotion.decision import unlearned_of
from chalicelib.promotion.domain import PART, Comparison, Judged, Outcome, Replay, Subject, outcome_of
from chalicelib.promotion.subjects import EVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """What the work needs beside the comparison's own files. `decide` has the promotion policy act on an outcome."""

    comparing: Comparing
    images: Images
    models: Models
    entries: EntryStore
    decide: Callable[[Comparison, Outcome], object]


def replay(order: Replay, *, workbench: Workbench) -> None:
    """Do what the message asks for, unless it is done. A comparison that was removed meanwhile is nothing to do."""
    files = workbench.comparing.comparisons
    comparison = files.find(order.project, order.comparison_id)
    if comparison is None:
        return
    outcome = files.outcome(comparison) or _worked(order, comparison, workbench)
    if outcome is not None:
        workbench.decide(comparison, outcome)


def _worked(order: Replay, comparison: Comparison, workbench: Workbench) -> Outcome | None:
    """The outcome, if this was the last of the work."""
    if failure := _missing_version(comparison, workbench):
        return _end(comparison, Outcome(ended_at=workbench.comparing.clock(), failure=failure), workbench)
    try:
        if order.part is None:
            _plan(comparison, workbench)
        else:
            _judge(comparison, order.part, workbench)
    except ModelRefused as error:
        return _end(comparison, Outcome(ended_at=workbench.comparing.clock(), failure=str(error)), workbench)
    return _conclude(comparison, workbench)


def _missing_version(comparison: Comparison, workbench: Workbench) -> str:
    record = workbench.comparing.registry.find(comparison.project)
    missing = [each for each in (comparison.candidate, comparison.hosted) if each not in record.models]
    return f"version {missing[0]} was deleted" if missing else ""


def _plan(comparison: Comparison, workbench: Workbench) -> None:
    """Store the parts, once, and send those that are not judged. Raises `ModelRefused` before anything is judged."""
    files = workbench.comparing.comparisons
    for version in (comparison.candidate, comparison.hosted):
        workbench.models.version(comparison.project, str(version))
    plan = files.plan(comparison)
    if plan is None:
        found, folder = workbench.comparing.archive.subjects(comparison), uuid4().hex
        learned = _learned_by(comparison, workbench)
        candidates = [replace(each, learned=learned is None or _source(each) in learned) for each in found.subjects]
        for number, subjects in enumerate(batched(candidates, PART)):
            files.put_part(comparison, folder, number, subjects)
        plan = files.settle_plan(comparison, replace(found.plan, folder=folder))
    waiting = sorted({*range(plan.parts)} - files.judged_parts(comparison))
    project, comparison_id = comparison.project, comparison.comparison_id
    workbench.comparing.queue.send(
        [Replay(project=project, comparison_id=comparison_id, part=part) for part in waiting]
    )


def _learned_by(comparison: Comparison, workbench: Workbench) -> set[str] | None:
    """The images that the candidate was trained on; None if that is not known, as of one that was imported."""
    model = workbench.comparing.registry.find(comparison.project).models[comparison.candidate]
    if model.train is None:
        return None
    lines = workbench.entries.read(comparison.project, DatasetType.TRAIN, model.train)
    return None if lines is None else {entry.source for entry in parse(lines, None)[0]}


def _source(subject: Subject) -> str:
    return f"s3://{subject.bucket}/{subject.key}"


def _judge(comparison: Comparison, part: int, workbench: Workbench) -> None:
    files = workbench.comparing.comparisons
    plan = files.plan(comparison)
    if plan is None or part in files.judged_parts(comparison):
        return
    candidate, hosted = (
        workbench.models.version(comparison.project, str(version))
        for version in (comparison.candidate, comparison.hosted)
    )
    judged = [_judged(each, candidate, hosted, workbench.images) for each in files.part(comparison, plan.folder, part)]
    files.put_result(comparison, part, judged)


def _judged(subject: Subject, candidate: Model, hosted: Model, images: Images) -> Judged:
    unseen = Judged(inspection_id=subject.inspection_id, key=subject.key, label=subject.label, learned=subject.learned)
    try:
        content = images.read(_image(subject)).content
    except ObjectGone:
        return unseen
    return replace(
        unseen,
        candidate=_verdict(lambda: candidate.predict(content).verdict),
        hosted=subject.known or _verdict(lambda: hosted.predict(content).verdict),
    )


def _image(subject: Subject) -> UploadedImage:
    """Only its name and content count here."""
    return UploadedImage(subject.bucket, subject.key, subject.etag, 0, EVER)


def _verdict(predict: Callable[[], Verdict]) -> Verdict:
    try:
        return predict()
    except UnprocessableImage:
        return Verdict.REJECTED
    except InspectionTooSlow:
        return Verdict.FAILED


def _conclude(comparison: Comparison, workbench: Workbench) -> Outcome | None:
    """The outcome, if all parts are judged."""
    files = workbench.comparing.comparisons
    plan = files.plan(comparison)
    if plan is None or len(files.judged_parts(comparison)) < plan.parts:
        return None
    judged = [each for part in range(plan.parts) for each in files.result(comparison, part)]
    outcome = replace(outcome_of(judged, workbench.comparing.clock()), unlearned=unlearned_of(judged))
    return _end(comparison, outcome, workbench)


def _end(comparison: Comparison, outcome: Outcome, workbench: Workbench) -> Outcome:
    workbench.comparing.comparisons.put_outcome(comparison, outcome)
    log_event(
        "comparison failed" if outcome.failure else "versions compared",
        project=comparison.project,
        comparison=comparison.comparison_id,
        reason=outcome.failure,
        proposed=comparison.proposes and not outcome.failure,
    )
    return outcome
