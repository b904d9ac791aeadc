"""What the random sample of passed parts shows of the escapes, and when two people have agreed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from chalicelib.core.answer import Answer
from chalicelib.core.verdict import Label, Verdict
from chalicelib.inspections.domain import UNCERTAIN_BELOW, is_sampled
from chalicelib.reviews.domain import Review
from chalicelib.vision.binomial import upper_bound

_OF = 10_000


@dataclass(frozen=True, slots=True)
class Escapes:
    """What people found in the sample: `escapes` of `reviewed` parts."""

    reviewed: int
    escapes: int

    @property
    def at_most(self) -> float:
        """The share of escapes (0 to 1) that is exceeded in no more than 5 % of such samples; 1 without a sample.

        It is exact, one-sided: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated
        in the case of the binomial", Biometrika 26 (1934).
        """
        return upper_bound(self.escapes, self.reviewed)

    def __str__(self) -> str:
        if not self.reviewed:
            return "no part of the sample is reviewed"
        return f"at most {ceil(self.at_most * _OF):,} in {_OF:,} (95 %): {self.escapes} of {self.reviewed:,} reviewed"


def escapes_of(reviews: Iterable[Review]) -> Escapes:
    """The escapes among the confidently passed parts, by the reviews of those that the sample chose.

    Other reviews do not count: people look at what seems wrong, so their parts are not like the others. The bound holds
    if people look at all of the sample, or leave out parts by chance.
    """
    found = [review.is_escape for review in reviews if _is_of_the_sample(review)]
    return Escapes(len(found), sum(found))


def _is_of_the_sample(review: Review) -> bool:
    confident = review.confidence is not None and review.confidence >= UNCERTAIN_BELOW
    return review.machine_verdict is Verdict.NORMAL and confident and is_sampled(review.inspection_id)


def agreed(answers: Sequence[Answer], people: int = 2) -> Label | None:
    """What at least so many people say, of whom each one's last answer counts; None if they differ or are too few."""
    last = {answer.reviewed_by: answer.label for answer in answers}
    labels = set(last.values())
    return labels.pop() if len(last) >= people and len(labels) == 1 else None
