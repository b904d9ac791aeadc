"""Whether a detector is fit to use: one sentence, from images that it had not learned from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import takewhile
from math import ceil, sqrt
from pathlib import Path

from chalicelib.reports.training.predictions import (
    ConfusionCounts,
    LabelledPrediction,
    Rate,
    confusion_counts,
    distinct,
)
from chalicelib.vision.binomial import images_to_show, upper_bound
from chalicelib.vision.metrics import CERTAIN, CHANCE, auroc
from chalicelib.vision.threshold import percent
from chalicelib.vision.training.drawn_damage import DrawnDamage
from chalicelib.vision.training.train import LEAST_ANOMALIES

LIMIT = 0.1
"""A detector is fit to use if, with 95 % confidence, at most this share of either kind of part gets a wrong verdict."""

MOST_IMAGES = 5000  # more are never asked for
SAME_WAY = "let all parts lie the same way."
LEARN_DEFECTS = f"Train with defective parts too, and {SAME_WAY}"


class Fitness(Enum):
    """The first words of the sentence."""

    FIT = "Fit to use"
    NOT_YET = "Not yet fit to use"
    CHANCE = "No better than chance"


@dataclass(frozen=True)
class Conclusion:
    """Whether a detector is fit to use, why, and what to do."""

    fitness: Fitness
    reason: str
    action: str

    @property
    def sentence(self) -> str:
        """All of it as text."""
        link = ", because " if self.fitness is Fitness.NOT_YET else ": "
        return f"{self.fitness.value}{link}{self.reason}. {self.action}"


@dataclass(frozen=True)
class TrainingSummary:
    """What is known of the training of a detector."""

    anomalies: int  # that were learned from
    alike: Sequence[Sequence[Path]] = ()  # groups of near-duplicates
    light: str = ""  # if anomalies were darker or brighter: see `light_apart`
    damage: DrawnDamage | None = None  # how well drawn damage was found, if only normals were learned from


def conclude(images: Sequence[LabelledPrediction], threshold: float, training: TrainingSummary) -> Conclusion:
    """The conclusion from images that the detector had not learned from, and what is known of its training.

    Ten photos of one part prove no more than one: a group of near-duplicates counts once. While no image shows a
    defective part, damage drawn on good ones says whether the detector can find any.
    """
    found, light = _concluded(images, threshold, training), training.light
    if light and found.fitness is Fitness.FIT:
        doubt = f"But anomalous images are {light} than normal ones, and that alone separates them"
        return replace(found, action=f"{found.action} {doubt}: photograph both in the same light before you trust it.")
    strange = sum(image.unfamiliar and not image.anomalous for image in images)
    if found.fitness is Fitness.FIT or not strange:
        return found
    parts = "1 good part is" if strange == 1 else f"{strange} good parts are"
    known = f"{parts} unlike anything in training: restore camera and light, or train with photos like these."
    return replace(found, action=f"{known} {found.action}")


def _concluded(images: Sequence[LabelledPrediction], threshold: float, training: TrainingSummary) -> Conclusion:
    if at_chance(images):
        return _by_chance(images, training.anomalies)
    counts, damage = confusion_counts(images, threshold), training.damage
    if damage and damage.by_chance and not counts.escapes.of:
        return Conclusion(Fitness.CHANCE, f"{_of(damage)}, by chance it would be 50 %", LEARN_DEFECTS)
    if doubts := _doubts(counts, damage):
        return _not_yet("", doubts)
    if doubts := _doubts(confusion_counts(distinct(images, threshold, training.alike), threshold), damage):
        return _not_yet("photos that are nearly the same count once, and then ", doubts)
    return Conclusion(Fitness.FIT, _shown(counts), "This holds for parts, light and kinds of defects like these.")


def _not_yet(before: str, doubts: Sequence[tuple[str, str]]) -> Conclusion:
    reasons, actions = zip(*doubts, strict=True)
    return Conclusion(Fitness.NOT_YET, before + "; and ".join(reasons), " ".join(actions))


def _doubts(counts: ConfusionCounts, damage: DrawnDamage | None) -> list[tuple[str, str]]:
    """Why the detector is not yet fit to use, and what to do; none if it is."""
    return [doubt for doubt in (_escapes(counts.escapes, damage), _false_rejects(counts.false_rejects)) if doubt]


def at_chance(images: Sequence[LabelledPrediction]) -> bool:
    """Whether the ranking of normals and anomalies is not shown to be better than chance, though it could be.

    One-sided, 95 % confidence, by the rank sum (Mann and Whitney 1947). So few images that even a perfect ranking would
    show nothing are no reason to say so.
    """
    truths = [image.anomalous for image in images]
    ranked = auroc([image.probability for image in images], truths)
    if ranked is None:
        return False
    anomalies, normals = sum(truths), len(truths) - sum(truths)
    reach = CERTAIN * sqrt((anomalies + normals + 1) / (12 * anomalies * normals))
    return ranked - CHANCE < reach <= CHANCE


def _by_chance(images: Sequence[LabelledPrediction], learned_anomalies: int) -> Conclusion:
    truths = [image.anomalous for image in images]
    ranked = auroc([image.probability for image in images], truths) or 0.0
    reason = (
        f"a defective part gets a higher anomaly probability than a good one in {100 * ranked:.0f} % of all pairs, by"
        f" chance it would be 50 % ({sum(truths)} defective, {len(truths) - sum(truths)} good parts)"
    )
    if learned_anomalies < LEAST_ANOMALIES:
        return Conclusion(Fitness.CHANCE, reason, LEARN_DEFECTS)
    action = f"Check the labels, bring the camera nearer or train with a larger --size, and {SAME_WAY}"
    return Conclusion(Fitness.CHANCE, reason, action)


def _of(damage: DrawnDamage) -> str:
    return (
        f"damage drawn on {damage.tried} good parts looks more unusual than a good part in"
        f" {100 * damage.auroc:.0f} % of all pairs"
    )


def _shown(counts: ConfusionCounts) -> str:
    escapes, rejects = counts.escapes, counts.false_rejects
    return (
        f"{escapes.count} of {escapes.of} defective parts passed (with 95 % confidence at most {_bound(escapes)} will),"
        f" {rejects.count} of {rejects.of} good parts were rejected (at most {_bound(rejects)})"
    )


def _escapes(rate: Rate, damage: DrawnDamage | None) -> tuple[str, str] | None:
    """Why not enough is known of escapes, or too much; and what to do."""
    if not rate.of:
        needed = images_to_show(LIMIT)
        reason = "no image shows a defective part" + (f" ({_of(damage)})" if damage else "")
        return reason, f"Photograph {needed} defective parts to see how many would pass."
    if upper_bound(rate.count, rate.of) <= LIMIT:
        return None
    reason = f"{rate.count} of {rate.of} defective parts passed, so that up to {_bound(rate)} may"
    cure = "Train with more defects of the kinds that pass, or lower the threshold (model threshold --escape-rate)."
    return reason, _more(rate, "defective") or cure


def _false_rejects(rate: Rate) -> tuple[str, str] | None:
    if not rate.of:
        needed = images_to_show(LIMIT)
        return "no image shows a good part", f"Photograph {needed} good parts to see how many would be rejected."
    if upper_bound(rate.count, rate.of) <= LIMIT:
        return None
    reason = f"{rate.count} of {rate.of} good parts were rejected, so that up to {_bound(rate)} may be"
    cure = "Train with more good parts, as different as on the line, or raise the threshold (--false-reject-rate)."
    return reason, _more(rate, "good") or cure


def _bound(rate: Rate) -> str:
    return percent(upper_bound(rate.count, rate.of))


def _more(rate: Rate, parts: str) -> str | None:
    """How many images would do at the present share of mistakes; None if that share itself is too high."""
    if rate.share > LIMIT / 2:
        return None
    few = takewhile(lambda of: upper_bound(ceil(rate.share * of), of) > LIMIT, range(rate.of, MOST_IMAGES))
    needed = len(list(few))
    return f"Photograph {needed} more {parts} parts: if mistakes stay as rare, that shows that they are few enough."
