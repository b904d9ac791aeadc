"""What a review makes of an inspection, and a verdict of a reviewed one."""

from dataclasses import replace
from datetime import datetime

from chalicelib.core.answer import Answer
from chalicelib.core.inspection import Inspection
from chalicelib.core.verdict import Label


def reviewed(
    inspection: Inspection, label: Label, *, kind: str | None, comment: str | None, by: str, at: datetime
) -> Inspection:
    """The inspection with one more answer, by the access key `by`. Its verdict stays as it is."""
    answer = Answer(
        revision=inspection.revision + 1,
        label=label,
        kind=kind,
        comment=comment,
        reviewed_by=by,
        reviewed_at=at,
        verdict=inspection.verdict,
        confidence=inspection.confidence,
        model_version=inspection.model_version,
    )
    return _with(inspection, (*inspection.answers, answer), revision=answer.revision)


def after_review(inspection: Inspection, failed: Inspection) -> Inspection:
    """A verdict that comes after the failed inspection was reviewed: the next revision, which keeps the answers."""
    return _with(inspection, failed.answers, revision=failed.revision + 1)


def _with(inspection: Inspection, answers: tuple[Answer, ...], *, revision: int) -> Inspection:
    last = answers[-1]
    return replace(
        inspection,
        revision=revision,
        review_label=last.label.value,
        review_kind=last.kind,
        reviewed_by=last.reviewed_by,
        reviewed_at=last.reviewed_at,
        review_comment=last.comment,
        answers=answers,
    )
