"""A comparison of two versions on the same stored images: its values, and what follows from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import AwareDatetime, TypeAdapter

from chalicelib.core.figures import Figures, VersionCounts
from chalicelib.core.verdict import Label, Verdict
from chalicelib.vision.binomial import lower_bound, upper_bound

PART = 20
"""The images of a part: a worker judges one part at a time, and a part that ends early is judged again as a whole."""
USUAL_IMAGES, MOST_IMAGES = 5_000, 20_000
USUAL_DAYS, MOST_DAYS = 7, 31
MOST_FLIPS = 1_000
"""The most images with different verdicts that an outcome names."""

STOPPED = {Verdict.ANOMALOUS, Verdict.UNFAMILIAR}
"""The verdicts of a part that does not pass."""
JUDGED = {Verdict.NORMAL, *STOPPED}
"""The verdicts that come from a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What shall be compared: the version `candidate` with the version `hosted`, on the newest images since `since`.

    All images with a review are compared too, however old. `proposes` says that the candidate is to be promoted if it
    proves itself: a retraining asked for it, or a person.
    """

    project: str
    comparison_id: str
    candidate: int
    hosted: int
    since: AwareDatetime
    images: int
    asked_by: str
    asked_at: AwareDatetime
    proposes: bool = False


def id_of(candidate: int, hosted: int, at: datetime) -> str:
    """The id of a comparison; ids sort as the times do."""
    return f"{at:%Y%m%dT%H%M%S.%fZ}-{candidate}-{hosted}"


def is_about(comparison_id: str, candidate: int, hosted: int) -> bool:
    """Whether an id is that of a comparison of these two."""
    return comparison_id.endswith(f"Z-{candidate}-{hosted}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An image to judge. `label` is what a review says; `known` is the hosted version's verdict, if the line has it.

    `learned` says that the candidate was trained on it.
    """

    inspection_id: str
    bucket: str
    key: str
    etag: str
    label: Label | None = None
    known: Verdict | None = None
    learned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much there is to do: `images`, of which `reviewed` have a review, in so many `parts`.

    `predictions` are how often a version judges an image, and `seconds` what that takes one core, by the times of the
    line's own inspections. `unreadable` inspections are left out. `folder` names the files of its parts: two workers
    that plan at the same time write two, and the plan that is stored first counts.
    """

    images: int
    reviewed: int
    predictions: int
    seconds: float
    parts: int
    unreadable: int = 0
    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the two versions say of an image. Both are None for one that is gone, as the retention may remove it.

    A verdict is `rejected` if an image cannot be decoded, and `failed` if the version took too long.
    """

    inspection_id: str
    key: str
    label: Label | None = None
    candidate: Verdict | None = None
    hosted: Verdict | None = None
    learned: bool = False

    @property
    def counts(self) -> bool:
        """Whether both versions gave a verdict."""
        return self.candidate in JUDGED and self.hosted in JUDGED

    @property
    def flips(self) -> bool:
        """Whether one version stops the part and the other passes it."""
        return self.counts and (self.candidate in STOPPED) != (self.hosted in STOPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlearned:
    """The figures of the images with a review that the candidate was not trained on.

    In `better` of them only the candidate judged as the review does, in `worse` only the hosted version.
    """

    figures: Figures
    better: int
    worse: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a comparison found, or in `failure` why it found nothing.

    `gone` images were removed meanwhile, `unjudged` ones got no verdict from one of the versions. `flips` are the
    images with different verdicts, at most `MOST_FLIPS`.
    """

    ended_at: AwareDatetime
    failure: str = ""
    figures: Figures | None = None
    unlearned: Unlearned | None = None
    gone: int = 0
    unjudged: int = 0
    flips: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The message that has a part judged; without `part`, that has the comparison planned."""

    project: str
    comparison_id: str
    part: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """The message that has a retrained version compared, when it is trained. `asked_by` is who wanted it."""

    project: str
    version: int
    asked_by: str
    asked_at: AwareDatetime


COMPARISON: TypeAdapter[Comparison] = TypeAdapter(Comparison)
PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
SUBJECTS: TypeAdapter[list[Subject]] = TypeAdapter(list[Subject])
ONE_JUDGED: TypeAdapter[Judged] = TypeAdapter(Judged)
RESULT: TypeAdapter[list[Judged]] = TypeAdapter(list[Judged])
OUTCOME: TypeAdapter[Outcome] = TypeAdapter(Outcome)
REPLAY: TypeAdapter[Replay | Trained] = TypeAdapter(Replay | Trained)


def plan_of(subjects: Sequence[Subject], seconds: float, unreadable: int) -> Plan:
    """The plan for these images, each `seconds` long. Those that the hosted version has judged are judged once."""
    predictions = sum(1 if each.known else 2 for each in subjects)
    return Plan(
        images=len(subjects),
        reviewed=sum(each.label is not None for each in subjects),
        predictions=predictions,
        seconds=round(predictions * seconds, 1),
        parts=-(-len(subjects) // PART),
        unreadable=unreadable,
    )


def outcome_of(judged: Sequence[Judged], at: datetime) -> Outcome:
    """What these images say."""
    gone = sum(each.candidate is None for each in judged)
    counted = [each for each in judged if each.counts]
    return Outcome(
        ended_at=at,
        figures=figures_of(counted),
        gone=gone,
        unjudged=len(judged) - gone - len(counted),
        flips=tuple(each for each in counted if each.flips)[:MOST_FLIPS],
    )


def figures_of(counted: Sequence[Judged]) -> Figures:
    """The counts of images of which both versions gave a verdict."""
    flips = [each for each in counted if each.flips]
    now_stopped = sum(each.candidate in STOPPED for each in flips)
    return Figures(
        images=len(counted),
        bad=sum(each.label is Label.ANOMALOUS for each in counted),
        good=sum(each.label is Label.NORMAL for each in counted),
        candidate=_version_counts((each.candidate, each.label) for each in counted),
        hosted=_version_counts((each.hosted, each.label) for each in counted),
        now_stopped=now_stopped,
        now_passed=len(flips) - now_stopped,
    )


def _version_counts(verdicts: Iterable[tuple[Verdict | None, Label | None]]) -> VersionCounts:
    stopped = [(verdict in STOPPED, label) for verdict, label in verdicts]
    return VersionCounts(
        stopped=sum(stops for stops, _ in stopped),
        escapes=stopped.count((False, Label.ANOMALOUS)),
        false_rejects=stopped.count((True, Label.NORMAL)),
    )


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`, and the exact bounds of the share that they show, each with 95 % confidence, one-sided."""

    count: int
    of: int
    lower: float
    upper: float

    @classmethod
    def of_counts(cls, count: int, of: int) -> "Share":
        """The bounds of Clopper and Pearson (1934); 0 and 1 if `of` is 0."""
        return cls(count, of, lower_bound(count, of), upper_bound(count, of))


def no_worse(figures: Figures) -> bool:
    """Whether the candidate has no more escapes than the hosted version and no more mistakes in sum, by the reviews."""
    candidate, hosted = figures.candidate, figures.hosted
    return candidate.escapes <= hosted.escapes and (
        candidate.escapes + candidate.false_rejects <= hosted.escapes + hosted.false_rejects
    )


def since(now: datetime, days: int) -> datetime:
    """The begin of the last so many days."""
    return now - timedelta(days=days)
