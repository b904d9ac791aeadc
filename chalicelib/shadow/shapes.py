"""The JSON of what the API and the commands answer of shadow runs."""

from typing import Literal, TypedDict

from chalicelib.core.texts import Instant
from chalicelib.promotion.shapes import FiguresAnswer, FlipAnswer

type ShadowState = Literal["running", "ended"]


class ShadowEstimateAnswer(TypedDict):
    """How many images a shadow run judges at most, and what that takes one core."""

    images: int
    seconds: float


class ShadowAnswer(TypedDict):
    """A shadow run of `version` beside the version `hosted`; `end` says why it ended before `until`."""

    project: str
    version: int
    hosted: int
    run: str
    state: ShadowState
    images: int
    until: Instant
    started_by: str
    started_at: Instant
    ended_at: Instant | None
    end: str | None


class ShadowProgressAnswer(ShadowAnswer):
    """The same, how many images it has judged, and both versions on these; `hosted` is what the line acted on."""

    judged: int
    gone: int
    unjudged: int
    figures: FiguresAnswer | None
    flips: list[FlipAnswer]
