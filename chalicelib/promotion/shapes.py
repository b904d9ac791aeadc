"""The shapes of what the API and the commands answer of comparisons and versions."""

from typing import Literal, NotRequired, TypedDict

from chalicelib.core.texts import Instant
from chalicelib.core.verdict import Label, Verdict
from chalicelib.projects.domain import ModelStatus
from chalicelib.promotion.labels import Contradiction, Labelled

type State = Literal["waiting", "running", "ended", "failed"]

_From = TypedDict("_From", {"from": Instant})


class ComparisonAnswer(_From):
    """Two versions on the newest images since `from`; `proposes` if the candidate shall be promoted."""

    comparison_id: str
    project: str
    candidate: int
    hosted: int
    most_images: int
    asked_by: str
    asked_at: Instant
    proposes: bool


class PlanAnswer(TypedDict):
    """How much a comparison is: its images, how often a version judges one, and what that takes one core."""

    images: int
    reviewed: int
    predictions: int
    seconds: float
    unreadable: int


class ShareAnswer(TypedDict):
    """`count` of `of`, and the exact bounds of the share, each with 95 % confidence, one-sided."""

    count: int
    of: int
    lower: float
    upper: float


class VersionCountsAnswer(TypedDict):
    """How one version judged: what it stopped, bad parts that it passed, and good parts that it stopped."""

    stopped: ShareAnswer
    escapes: ShareAnswer
    false_rejects: ShareAnswer


class LabelCounts(TypedDict):
    """How many images have a review that says so."""

    anomalous: int
    normal: int


class FiguresAnswer(TypedDict):
    """Two versions on the same images. `now_stopped` are those that only the candidate stops."""

    images: int
    reviewed: LabelCounts
    candidate: VersionCountsAnswer
    hosted: VersionCountsAnswer
    now_stopped: ShareAnswer
    now_passed: ShareAnswer


class FlipAnswer(TypedDict):
    """An image that one version stops and the other passes; `label` is what a review says of it."""

    inspection_id: str
    key: str
    label: Label | None
    candidate: Verdict | None
    hosted: Verdict | None


class UnlearnedAnswer(TypedDict):
    """The same of images with a review that the candidate was not trained on, and in how many only one was right."""

    figures: FiguresAnswer
    better: int
    worse: int


class DecisionAnswer(TypedDict):
    """Whether the promotion policy promoted the candidate, and what spoke for it or against it."""

    promoted: bool
    reasons: list[str]
    decided_at: Instant


class OutcomeAnswer(TypedDict):
    """What a comparison found, or why it failed. A list leaves out the `flips`."""

    ended_at: Instant
    failure: str | None
    gone: int
    unjudged: int
    figures: FiguresAnswer | None
    unlearned: UnlearnedAnswer | None
    no_worse: bool | None
    flips: NotRequired[list[FlipAnswer]]


class ProgressAnswer(ComparisonAnswer):
    """A comparison and how it stands; `progress` is from 0 to 1."""

    state: State
    plan: PlanAnswer | None
    progress: float
    outcome: OutcomeAnswer | None
    decision: DecisionAnswer | None


class ComparisonsAnswer(TypedDict):
    """The newest comparisons, the newest first."""

    comparisons: list[ProgressAnswer]


type Promotes = Literal["person", "policy"]


class PolicyAnswer(TypedDict):
    """Who promotes the proposed versions, and the least that a comparison must have if that is the policy."""

    project: str
    promotes: Promotes
    images: int | None
    bad_parts: int | None
    set_by: str | None
    set_at: Instant | None


class VersionAnswer(TypedDict):
    """A version that takes the place of the version `replaces`, and the figures that spoke for it."""

    project: str
    version: int
    status: ModelStatus
    message: str
    replaces: int | None
    comparison: str | None
    figures: FiguresAnswer | None


class LearnedAnswer(TypedDict):
    """The reviews that are learned from, and those that contradict the data set and are not."""

    taken: list[Labelled]
    contradictions: list[Contradiction]


class RetrainedAnswer(LearnedAnswer):
    """The version that is being trained, and what it learns."""

    project: str
    version: int
    status: ModelStatus
