"""What the random sample of passed parts shows of the escapes in production."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from chalicelib.core.verdict import Verdict
from chalicelib.reviews.domain import Review
from chalicelib.vision.binomial import upper_bound

_OF = 10_000


@dataclass(frozen=True, slots=True)
class Escapes:
    """What people found in the sample: `escapes` of `reviewed` parts."""

    reviewed: int = 0
    escapes: int = 0

    @property
    def at_most(self) -> float:
        """The share of escapes (0 to 1) that is exceeded in no more than 5 % of such samples; 1 without a sample.

        It is exact, one-sided: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated
        in the case of the binomial", Biometrika 26 (1934).
        """
        return upper_bound(self.escapes, self.reviewed)

    @property
    def of_ten_thousand(self) -> int:
        """`at_most` in parts of 10,000, rounded up."""
        return ceil(self.at_most * _OF)

    def __str__(self) -> str:
        if not self.reviewed:
            return "no part of the sample is reviewed"
        return f"at most {self.of_ten_thousand:,} in {_OF:,} (95 %): {self.escapes} of {self.reviewed:,} reviewed"


def escapes_by_version(reviews: Iterable[Review]) -> Mapping[str, Escapes]:
    """The escapes among the parts that each version passed, by the reviews of those that were drawn.

    Other reviews do not count: people look at what seems wrong, so their parts are not like the others.
    """
    found: defaultdict[str, list[bool]] = defaultdict(list)
    for review in reviews:
        if review.drawn_in is not None and review.machine_verdict is Verdict.NORMAL:
            found[review.model_version or ""].append(review.is_escape)
    return {version: Escapes(len(each), sum(each)) for version, each in found.items()}


def together(found: Iterable[Escapes]) -> Escapes:
    """The sum of several."""
    counts = [(each.reviewed, each.escapes) for each in found]
    return Escapes(sum(reviewed for reviewed, _ in counts), sum(escapes for _, escapes in counts))
