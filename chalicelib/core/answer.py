"""What a person answered when asked for the verdict of an image."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from chalicelib.core.values import Count, Name, Probability, Time, text_up_to
from chalicelib.core.verdict import Label, Verdict

MOST_ANSWERS = 20
"""The most answers of one inspection: with them its item keeps below the 400 kB of DynamoDB."""
LONGEST_KIND = 64
LONGEST_COMMENT = 1000
"""Characters."""


class Action(StrEnum):
    """What a person did because of an image, besides the answer."""

    LINE_STOPPED = "line_stopped"


def _is_region(sides: tuple[float, ...]) -> tuple[float, ...]:
    left, top, right, bottom = sides
    if not (left < right and top < bottom):
        raise PydanticCustomError("region", "must be left, top, right, bottom as shares of the image, from 0 to 1")
    return sides


Region = Annotated[tuple[Probability, Probability, Probability, Probability], AfterValidator(_is_region)]
"""A box as left, top, right and bottom in shares of the image, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One review of an inspection. A later answer is added after it; nothing changes but that its author withdraws it.

    `revision` is that of the inspection with this answer. `kind` is the kind of defect. `reviewed_by` is the id of the
    access key, and `action` what the person did besides. `verdict`, `confidence` (0 to 1) and `model_version` are what
    the machine had said by then; the last two are None if no model gave a verdict. `people` is how many had to agree
    when it was given, by the project's rule. `drawn_in` is the begin of the shift that had drawn the part at random;
    None if the sample did not ask for it. `region` is where the defect is. `withdrawn_at` is when its author withdrew
    it.
    """

    revision: Count
    label: Label
    kind: Annotated[str, text_up_to(LONGEST_KIND)] | None = None
    comment: Annotated[str, text_up_to(LONGEST_COMMENT)] | None = None
    action: Action | None = None
    reviewed_by: Name
    reviewed_at: Time
    verdict: Verdict
    confidence: Probability | None = None
    model_version: Name | None = None
    people: Count = 1
    drawn_in: Time | None = None
    region: Region | None = None
    withdrawn_at: Time | None = None

    @property
    def changed_at(self) -> datetime:
        """When it was given or withdrawn."""
        return self.withdrawn_at or self.reviewed_at
