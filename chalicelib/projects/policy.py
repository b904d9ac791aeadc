"""That a rule, and not a person, promotes the proposed versions of a project."""

from dataclasses import dataclass

from pydantic import AwareDatetime

POLICY_ASKS = "promotion-policy"
"""Who asked for a promotion that no person asked for. No key has this id."""
USUAL_IMAGES, USUAL_BAD_PARTS = 500, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionPolicy:
    """The least that a comparison must have for a promotion without a person: `images` that both versions judged, and
    `bad_parts` with a review of which the candidate has not learned.

    It holds for comparisons that were asked for after `set_at`. `settled` is the id of the last one by which a version
    was promoted; ids sort as the times do.
    """

    images: int = USUAL_IMAGES
    bad_parts: int = USUAL_BAD_PARTS
    set_by: str
    set_at: AwareDatetime
    settled: str = ""
