"""What a review makes of an inspection and a verdict of a reviewed one, and which inspections wait for a review."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.core.answer import Answer
from chalicelib.core.image import CHECK_PROJECT
from chalicelib.core.inspection import LIVE, Inspection
from chalicelib.core.verdict import Label, Verdict

UNCERTAIN_BELOW = 0.5
"""The confidence below which a person should look."""


class ReviewList(StrEnum):
    """A project's lists of inspections for people. An inspection is stored on one of them, or on none.

    `sample` is not stored: a shift's random parts are worked out from the others.
    """

    UNFAMILIAR = "unfamiliar"
    UNCERTAIN = "uncertain"
    DISPUTED = "disputed"
    SECOND = "second"
    SAMPLE = "sample"
    REVIEWED = "reviewed"


WAITING = (
    ReviewList.UNFAMILIAR,
    ReviewList.UNCERTAIN,
    ReviewList.DISPUTED,
    ReviewList.SECOND,
    ReviewList.SAMPLE,
)
"""The lists of what waits for a review, in the order in which people should look."""


def review_list_of(inspection: Inspection) -> ReviewList | None:
    """The list on which the inspection is. Only live runs are, and never the known images of a check."""
    if inspection.run != LIVE or inspection.project == CHECK_PROJECT:
        return None
    if counted(inspection.answers) is not None:
        return ReviewList.REVIEWED
    if inspection.answers and (people := last_words(inspection.answers)):
        return ReviewList.SECOND if len(people) == 1 else ReviewList.DISPUTED
    if inspection.verdict is Verdict.UNFAMILIAR:
        return ReviewList.UNFAMILIAR
    uncertain = inspection.confidence is not None and inspection.confidence < UNCERTAIN_BELOW
    return ReviewList.UNCERTAIN if uncertain else None


def review_position(inspection: Inspection) -> tuple[datetime, str]:
    """The place of an inspection on its list: by the time of its review or, while it waits, of its capture."""
    at = inspection.captured_at if counted(inspection.answers) is None else inspection.reviewed_at
    return at or inspection.captured_at, inspection.inspection_id


def counted(answers: Sequence[Answer]) -> Answer | None:
    """The answer that counts, of those that were not withdrawn: the last one.

    If the last one was given while several people had to agree, it is the last of the largest group that says the same,
    and there is none while the group is too small, or not larger than all others together.
    """
    last = last_words(answers)
    if not last:
        return None
    needed = last[-1].people
    label, votes = Counter(each.label for each in last).most_common(1)[0]
    if needed == 1:
        return last[-1]
    agreed = votes >= needed and 2 * votes > len(last)
    return [each for each in last if each.label is label][-1] if agreed else None


def last_words(answers: Sequence[Answer]) -> list[Answer]:
    """The last answer of each person that was not withdrawn, oldest first."""
    last = {each.reviewed_by: each for each in answers if each.withdrawn_at is None}
    return sorted(last.values(), key=lambda each: each.revision)


def reviewed(
    inspection: Inspection, label: Label, *, kind: str | None, comment: str | None, by: str, at: datetime, **more: Any
) -> Inspection:
    """The inspection with one more answer, by the access key `by`. Its verdict stays as it is.

    `more` are the fields of an `Answer` that have a default.
    """
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
        **more,
    )
    return _with(inspection, (*inspection.answers, answer), revision=answer.revision)


def withdrawn(inspection: Inspection, revision: int, *, at: datetime) -> Inspection:
    """The inspection without the effect of the answer that made this revision. It stays in the history."""
    answers = (replace(each, withdrawn_at=at) if each.revision == revision else each for each in inspection.answers)
    return _with(inspection, tuple(answers), revision=inspection.revision + 1)


def after_review(inspection: Inspection, failed: Inspection) -> Inspection:
    """A verdict that comes after the failed inspection was reviewed: the next revision, which keeps the answers."""
    return _with(inspection, failed.answers, revision=failed.revision + 1)


def _with(inspection: Inspection, answers: tuple[Answer, ...], *, revision: int) -> Inspection:
    answer, last = counted(answers), max(answers, key=lambda each: each.changed_at)
    return replace(
        inspection,
        revision=revision,
        review_label=None if answer is None else answer.label.value,
        review_kind=None if answer is None else answer.kind,
        reviewed_by=last.reviewed_by if answer is None else answer.reviewed_by,
        reviewed_at=last.changed_at if answer is None else answer.reviewed_at,
        review_comment=None if answer is None else answer.comment,
        review_action=_action(answers),
        review_drawn_in=None if answer is None else answer.drawn_in,
        answers=answers,
    )


def _action(answers: Sequence[Answer]) -> str | None:
    done = (each.action for each in reversed(answers) if each.withdrawn_at is None)
    return next((each.value for each in done if each is not None), None)
