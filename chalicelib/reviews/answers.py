"""What the API and the commands answer of reviews, as JSON."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.core.answer import Answer
from chalicelib.core.inspection import Inspection
from chalicelib.core.unreadable import Unreadable
from chalicelib.inspections.domain import ReviewList
from chalicelib.inspections.search import as_json
from chalicelib.reviews.domain import Review


def answered_as_json(inspection: Inspection) -> dict[str, Any]:
    """An inspection's revision, what the machine says now, and every answer, oldest first."""
    return {
        "inspection_id": inspection.inspection_id,
        "revision": inspection.revision,
        "machine_verdict": inspection.verdict.value,
        "confidence": inspection.confidence,
        "model_version": inspection.model_version,
        "answers": [_answer(each) for each in inspection.answers],
    }


def review_as_json(review: Review) -> dict[str, Any]:
    """One review. Times are UTC."""
    return {
        "inspection_id": review.inspection_id,
        "project": review.project,
        "line": review.line,
        "camera": review.camera,
        "bucket": review.bucket,
        "key": review.key,
        "captured_at": _text(review.captured_at),
        "verdict": review.label.value,
        "kind": review.kind,
        "comment": review.comment,
        "reviewed_by": review.reviewed_by,
        "reviewed_at": _text(review.reviewed_at),
        "revision": review.revision,
        "machine_verdict": review.machine_verdict.value,
        "confidence": review.confidence,
        "model_version": review.model_version,
    }


def waiting_as_json(on: ReviewList, inspection: Inspection) -> dict[str, Any]:
    """An inspection that waits, and why."""
    return {"because": on.value, "inspection": json.loads(as_json(inspection))}


def unreadable_as_json(unreadable: Sequence[Unreadable]) -> dict[str, Any]:
    """What could not be read, if there is any."""
    named = [{"inspection_id": each.name, "reason": each.reason} for each in unreadable]
    return {"unreadable": named} if named else {}


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "revision": answer.revision,
        "verdict": answer.label.value,
        "kind": answer.kind,
        "comment": answer.comment,
        "reviewed_by": answer.reviewed_by,
        "reviewed_at": _text(answer.reviewed_at),
        "machine_verdict": answer.verdict.value,
        "confidence": answer.confidence,
        "model_version": answer.model_version,
    }


def _text(moment: datetime) -> str:
    return moment.isoformat()
