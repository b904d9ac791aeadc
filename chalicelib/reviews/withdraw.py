"""A person takes back an answer. It stays in the history, and what counts is what the others say."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.core.errors import Forbidden, NotFound, StaleRevision
from chalicelib.core.inspection import Inspection
from chalicelib.core.values import LARGEST_INTEGER
from chalicelib.inspections.domain import withdrawn
from chalicelib.inspections.ports import Inspections
from chalicelib.inspections.search import find_inspection
from chalicelib.reviews.review import ATTEMPTS


class Withdrawal(BaseModel):
    """Which answer to withdraw: the revision that it made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    revision: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]


def withdraw_answer(
    inspection_id: str, revision: int, grant: Grant, *, inspections: Inspections, clock: Clock
) -> Inspection:
    """Withdraw the answer that made this revision of the inspection; return the inspection as it is now.

    An answer that is withdrawn already stays so, and what others answered meanwhile stays. `NotFound` without such an
    answer, `Forbidden` if another key gave it, `StaleRevision` if others change the inspection too fast.
    """
    for _ in range(ATTEMPTS):
        found = find_inspection(inspection_id, grant, inspections=inspections)
        answer = next((each for each in found.answers if each.revision == revision), None)
        if answer is None:
            raise NotFound(f"inspection {inspection_id} has no answer that made revision {revision}")
        if answer.reviewed_by != grant.key_id:
            raise Forbidden(f"only {answer.reviewed_by}, who gave this answer, can withdraw it")
        if answer.withdrawn_at is not None:
            return found
        now = withdrawn(found, revision, at=clock())
        if inspections.replace(found, now):
            return now
    raise StaleRevision(inspection_id, found.revision)
