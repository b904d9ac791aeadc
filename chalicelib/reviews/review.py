"""A person confirms or corrects the verdict of an inspection."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from chalicelib.access.domain import Grant
from chalicelib.core.answer import LONGEST_COMMENT, LONGEST_KIND, MOST_ANSWERS, Action, Answer, Region
from chalicelib.core.clock import Clock
from chalicelib.core.errors import CannotReview, StaleRevision
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.core.values import LARGEST_INTEGER, text_up_to
from chalicelib.core.verdict import Label
from chalicelib.inspections.domain import reviewed
from chalicelib.inspections.ports import Inspections
from chalicelib.inspections.search import find_inspection
from chalicelib.reviews.ports import Sampling, StoredImages

ATTEMPTS = 5
"""How often a review is tried while the image fails again and again at the same moment."""

PEOPLE = 2
"""How many must agree by the two-person rule."""

_Text = StringConstraints(strip_whitespace=True, min_length=1)


class NewAnswer(BaseModel):
    """What a person says of an inspection, and the revision of it that the person saw.

    `kind` is the kind of defect and `region` where it is, as left, top, right and bottom in shares of the image; both
    of an anomalous part only. `action` is what the person did besides.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    verdict: Label
    kind: Annotated[str, _Text, text_up_to(LONGEST_KIND)] | None = None
    comment: Annotated[str, _Text, text_up_to(LONGEST_COMMENT)] | None = None
    action: Action | None = None
    region: Region | None = None
    revision: Annotated[int, Field(strict=True, ge=0, le=LARGEST_INTEGER)]

    @model_validator(mode="after")
    def _only_a_defect_has_a_kind(self) -> "NewAnswer":
        if self.verdict is Label.NORMAL and (self.kind is not None or self.region is not None):
            message = "a normal part has no defect: send no kind and no region, or the verdict anomalous"
            raise PydanticCustomError("kind", message)
        return self

    def is_given_in(self, answer: Answer, by: str) -> bool:
        """Whether this answer was stored already: its author did not get the response, and sent it again."""
        said = ("kind", "comment", "region", "action")
        given = [getattr(answer, name) for name in said]
        same = given == [getattr(self, name) for name in said]
        return same and (answer.label, answer.reviewed_by, answer.revision) == (self.verdict, by, self.revision + 1)


def review_inspection(
    inspection_id: str,
    answer: NewAnswer,
    grant: Grant,
    *,
    inspections: Inspections,
    images: StoredImages,
    sampling: Sampling,
    clock: Clock,
) -> Inspection:
    """Add an answer to the live inspection with this id; return it as it is now.

    Whether two people must agree, and whether the sample had asked for the part, is stored with it. The same answer
    sent again is stored once. `StaleRevision` when the inspection is no longer the one that the person saw,
    `CannotReview` when no person can say what it is, and errors as in `find_inspection`.
    """
    for _ in range(ATTEMPTS):
        found = find_inspection(inspection_id, grant, inspections=inspections)
        if any(answer.is_given_in(each, grant.key_id) for each in found.answers):
            return found
        if found.revision != answer.revision:
            raise StaleRevision(inspection_id, found.revision)
        _require_reviewable(found, images)
        plan, drawn_in = sampling.of_part(found)
        now = reviewed(
            found,
            answer.verdict,
            kind=answer.kind,
            comment=answer.comment,
            by=grant.key_id,
            at=clock(),
            region=answer.region,
            action=answer.action,
            people=PEOPLE if plan.two_people else 1,
            drawn_in=drawn_in,
        )
        if inspections.replace(found, now):
            return now
    raise StaleRevision(inspection_id, answer.revision)


def require_part(inspection: Inspection) -> None:
    """`CannotReview` if the image was rejected."""
    if inspection.verdict is Verdict.REJECTED:
        raise CannotReview(f"the image was rejected, so it shows no part to judge: {inspection.reason}")


def _require_reviewable(inspection: Inspection, images: StoredImages) -> None:
    require_part(inspection)
    if len(inspection.answers) >= MOST_ANSWERS:
        raise CannotReview(f"the inspection has {MOST_ANSWERS} answers, the most there can be")
    if not images.has(inspection):
        raise CannotReview("the image was deleted or replaced, so nobody can look at it again")
