"""The steps of one image, as far as the tables and the lake know them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.access.domain import Grant
from chalicelib.alerts.domain import HOLD, State
from chalicelib.alerts.ports import Claims
from chalicelib.core.events import event_of
from chalicelib.core.inspection import Inspection
from chalicelib.inspections.ports import Inspections
from chalicelib.inspections.search import find_inspection
from chalicelib.lake.domain import LakeRow, Partition
from chalicelib.lake.ports import Lake


class StepName(StrEnum):
    """What can happen to an image."""

    CAPTURED = "captured"
    UPLOADED = "uploaded"
    BEGUN = "begun"
    INSPECTED = "inspected"
    ALERTED = "alerted"
    ARCHIVED = "archived"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step, and when it was (UTC); None if the time is not stored.

    `outcome` is the verdict, what a person said, or whether the alert was `sent` at once or `counted` for the digest.
    `by` is the camera or the key of a person. `revision` is that of the inspection.
    """

    name: StepName
    at: datetime | None
    outcome: str | None = None
    reason: str | None = None
    by: str | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """What is known of an image, in the order of time; what has no time is last."""

    inspection: Inspection
    steps: Sequence[Step]


def trace_image(inspection_id: str, grant: Grant, *, inspections: Inspections, claims: Claims, lake: Lake) -> Trace:
    """The trace of the live inspection with this id; errors as in `find_inspection`.

    The times come from different clocks: those of the camera, of S3 and of the functions.
    """
    found = find_inspection(inspection_id, grant, inspections=inspections)
    steps = [*_inspected(found), *_alerted(found, claims), *_reviewed(found), *_archived(found, lake)]
    return Trace(found, sorted(steps, key=lambda each: (each.at is None, each.at or found.inspected_at)))


def _inspected(found: Inspection) -> Iterator[Step]:
    yield Step(name=StepName.CAPTURED, at=found.captured_at, by=found.camera)
    yield Step(name=StepName.UPLOADED, at=found.uploaded_at)
    if found.queue_ms is not None:
        yield Step(name=StepName.BEGUN, at=found.uploaded_at + timedelta(milliseconds=found.queue_ms))
    yield Step(name=StepName.INSPECTED, at=found.inspected_at, outcome=found.verdict, reason=found.reason)


def _alerted(found: Inspection, claims: Claims) -> Iterator[Step]:
    """The alert of the verdict that came before any answer: its event has this id."""
    revision = found.answers[0].revision - 1 if found.answers else found.revision
    first = replace(found, revision=revision, reviewed_at=None, answers=())
    claim = claims.find(event_of(first).event_id)
    if claim is not None:
        at = claim.held_until if claim.state is State.COUNTED else claim.held_until - HOLD
        yield Step(name=StepName.ALERTED, at=at, outcome=claim.state)


def _reviewed(found: Inspection) -> Iterator[Step]:
    for answer in found.answers:
        yield Step(
            name=StepName.REVIEWED,
            at=answer.reviewed_at,
            outcome=answer.action or answer.label,
            reason=answer.comment,
            by=answer.reviewed_by,
            revision=answer.revision,
        )


def _archived(found: Inspection, lake: Lake) -> Iterator[Step]:
    """Its newest row. The file does not say when it was written."""
    rows = (row for row in lake.rows(Partition.of(found)) if isinstance(row, LakeRow))
    own = [row.revision for row in rows if (row.inspection_id, row.run) == (found.inspection_id, found.run)]
    if own:
        yield Step(name=StepName.ARCHIVED, at=None, revision=max(own))
