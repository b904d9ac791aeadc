"""The rule by which a proposed version is promoted without a person, and what it decided."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import comb

from pydantic import AwareDatetime, TypeAdapter

from chalicelib.core.verdict import Label
from chalicelib.projects.policy import PromotionPolicy
from chalicelib.promotion.domain import STOPPED, Judged, Outcome, Unlearned, figures_of

CHANCE = 0.05
"""A version that is not better would look as good at most this often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether the policy promoted the candidate, with the figures that spoke for it, or why it did not."""

    promoted: bool
    reasons: tuple[str, ...]
    decided_at: AwareDatetime


DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)


def unlearned_of(judged: Iterable[Judged]) -> Unlearned:
    """What the images with a review say that the candidate has not learned from."""
    counted = [each for each in judged if each.counts and each.label is not None and not each.learned]
    rights = [_right(each) for each in counted if each.flips]
    return Unlearned(figures=figures_of(counted), better=rights.count(True), worse=rights.count(False))


def _right(flip: Judged) -> bool:
    """Whether the candidate, and so not the hosted version, judged as the review does."""
    return (flip.candidate in STOPPED) == (flip.label is Label.ANOMALOUS)


def objections(outcome: Outcome, policy: PromotionPolicy) -> tuple[str, ...]:
    """What speaks against a promotion without a person; nothing if the candidate is no worse in escapes and better in
    sum, on enough images that it has not learned from.
    """
    if outcome.figures is None or outcome.unlearned is None:
        return (f"the comparison failed: {outcome.failure}",)
    return tuple(_objections(outcome.figures.images, outcome.unlearned, policy))


def _objections(images: int, unlearned: Unlearned, policy: PromotionPolicy) -> Iterator[str]:
    figures, better, worse = unlearned.figures, unlearned.better, unlearned.worse
    candidate, hosted = figures.candidate, figures.hosted
    if images < policy.images:
        yield f"both versions judged {images} images; the policy asks for {policy.images}"
    if figures.bad < policy.bad_parts:
        yield (
            f"{figures.bad} bad parts have a review that the version has not learned from; the policy asks for"
            f" {policy.bad_parts}"
        )
    if candidate.escapes > hosted.escapes:
        yield f"of these it passes {candidate.escapes}, the hosted version {hosted.escapes}"
    if chance(better, worse) > CHANCE:
        yield (
            f"only it is right in {better} reviewed images, only the hosted version in {worse}: by chance alone that"
            f" comes with a probability of {chance(better, worse):.2f}, and {CHANCE} is allowed"
        )


def chance(better: int, worse: int) -> float:
    """How probable so few `worse` among the images in which only one version is right are, if both are equally good.

    The exact sign test of McNemar (Psychometrika 12, 1947), one-sided; 1 without any such image.
    """
    different = better + worse
    return float(sum(comb(different, count) for count in range(worse + 1)) / 2**different)


def speaks_for(outcome: Outcome) -> str:
    """The figures of a promotion, in words."""
    if outcome.figures is None or outcome.unlearned is None:
        return ""
    figures = outcome.unlearned.figures
    return (
        f"{outcome.figures.images} images judged by both; of {figures.bad} bad parts with a review that it has not"
        f" learned from it passes {figures.candidate.escapes}, the hosted version {figures.hosted.escapes}; only it is"
        f" right in {outcome.unlearned.better} images, only the hosted version in {outcome.unlearned.worse}"
    )
