"""What the API and the commands answer of reviews, as JSON."""

import json
from datetime import datetime
from typing import NotRequired, TypedDict

from chalicelib.core.answer import Action, Answer
from chalicelib.core.inspection import Inspection
from chalicelib.core.texts import Instant
from chalicelib.core.verdict import Label, Verdict
from chalicelib.inspections.domain import ReviewList, counted, last_words, review_list_of
from chalicelib.inspections.search import UnreadableInspection, as_json, named
from chalicelib.reviews.domain import Review
from chalicelib.reviews.list_reviews import ReviewPage
from chalicelib.reviews.pages import cursor_text

type Sides = tuple[float, float, float, float]


class _Said(TypedDict):
    """What a person said of an inspection, and what the machine had said by then.

    `region` is where the defect is, as left, top, right and bottom in shares of the image. `drawn_in` is the begin of
    the shift that had drawn the part for the random sample.
    """

    revision: int
    kind: str | None
    comment: str | None
    action: Action | None
    region: Sides | None
    reviewed_by: str
    reviewed_at: Instant
    drawn_in: Instant | None
    machine_verdict: Verdict
    confidence: float | None
    model_version: str | None


class PersonsAnswer(_Said):
    """What a person said of an inspection; `withdrawn_at` is when the same person withdrew it, null while it stands.

    While an image waits for a second person, who has not answered does not see what the first one said: `verdict`,
    `kind`, `comment` and `region` are null then.
    """

    verdict: Label | None
    withdrawn_at: Instant | None


class AnsweredInspection(TypedDict):
    """An inspection's revision, what the machine says now, and every answer of people, oldest first.

    `counts` is what people say, null while nothing counts; `waits` is why it waits for a review, null if it does not.
    """

    inspection_id: str
    revision: int
    counts: Label | None
    waits: ReviewList | None
    machine_verdict: Verdict
    confidence: float | None
    model_version: str | None
    answers: list[PersonsAnswer]


class ReviewAnswer(_Said):
    """The answer that counts of an inspection, and its image."""

    verdict: Label
    inspection_id: str
    project: str
    line: str
    camera: str
    bucket: str
    key: str
    captured_at: Instant


class WaitingInspection(TypedDict):
    """An inspection that waits for a review, and why."""

    because: ReviewList
    inspection: Inspection


class _Page(TypedDict):
    next_cursor: str | None
    unreadable: NotRequired[list[UnreadableInspection]]


class ReviewsAnswer(_Page):
    """Reviews, newest first. Go on with `next_cursor` until it is null. `unreadable` inspections are left out."""

    reviews: list[ReviewAnswer]


class WaitingAnswer(_Page):
    """What waits, in the order in which people should look, on pages like those of reviews."""

    waiting: list[WaitingInspection]


def answered_as_json(inspection: Inspection, reader: str) -> AnsweredInspection:
    """An inspection's revision, what the machine says now, and the answers that the key `reader` may see."""
    on, answer = review_list_of(inspection), counted(inspection.answers)
    blind = on in {ReviewList.SECOND, ReviewList.DISPUTED}
    sees_all = not blind or any(each.reviewed_by == reader for each in last_words(inspection.answers))
    return {
        "inspection_id": inspection.inspection_id,
        "revision": inspection.revision,
        "counts": None if answer is None else answer.label,
        "waits": None if on is ReviewList.REVIEWED else on,
        "machine_verdict": inspection.verdict,
        "confidence": inspection.confidence,
        "model_version": inspection.model_version,
        "answers": [_answer(each, hidden=not sees_all and each.reviewed_by != reader) for each in inspection.answers],
    }


def review_as_json(review: Review) -> ReviewAnswer:
    """One review. Times are UTC."""
    return {
        "inspection_id": review.inspection_id,
        "project": review.project,
        "line": review.line,
        "camera": review.camera,
        "bucket": review.bucket,
        "key": review.key,
        "captured_at": _text(review.captured_at),
        "verdict": review.label,
        "kind": review.kind,
        "comment": review.comment,
        "action": review.action,
        "region": review.region,
        "drawn_in": _text_or_none(review.drawn_in),
        "reviewed_by": review.reviewed_by,
        "reviewed_at": _text(review.reviewed_at),
        "revision": review.revision,
        "machine_verdict": review.machine_verdict,
        "confidence": review.confidence,
        "model_version": review.model_version,
    }


def reviews_as_json(page: ReviewPage) -> ReviewsAnswer:
    """A page of reviews."""
    return {"reviews": [review_as_json(Review.of(each)) for _, each in page.found], **_rest(page)}


def all_waiting_as_json(page: ReviewPage) -> WaitingAnswer:
    """A page of what waits."""
    return {"waiting": [_waiting(on, each) for on, each in page.found], **_rest(page)}


def _waiting(on: ReviewList, inspection: Inspection) -> WaitingInspection:
    return {"because": on, "inspection": json.loads(as_json(inspection))}


def _rest(page: ReviewPage) -> _Page:
    rest: _Page = {"next_cursor": None if page.end is None else cursor_text(page.end)}
    if page.unreadable:
        rest["unreadable"] = named(page.unreadable)
    return rest


def _answer(answer: Answer, *, hidden: bool) -> PersonsAnswer:
    return {
        "revision": answer.revision,
        "verdict": None if hidden else answer.label,
        "kind": None if hidden else answer.kind,
        "comment": None if hidden else answer.comment,
        "action": None if hidden else answer.action,
        "region": None if hidden else answer.region,
        "drawn_in": _text_or_none(answer.drawn_in),
        "reviewed_by": answer.reviewed_by,
        "reviewed_at": _text(answer.reviewed_at),
        "machine_verdict": answer.verdict,
        "confidence": answer.confidence,
        "model_version": answer.model_version,
        "withdrawn_at": _text_or_none(answer.withdrawn_at),
    }


def _text(moment: datetime) -> str:
    return moment.isoformat()


def _text_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else _text(moment)
