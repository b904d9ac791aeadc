"""What a comparison of two versions counted."""

from dataclasses import dataclass

from chalicelib.core.values import Count


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionCounts:
    """How one version judged the images: how many it stopped, and where reviews say that it was wrong.

    An escape is a bad part that it passed, a false reject a good part that it stopped.
    """

    stopped: Count
    escapes: Count
    false_rejects: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Two versions on the same `images`; `bad` and `good` of them have a review that says so.

    `now_stopped` are images that only the candidate stops, `now_passed` those that only the hosted version does.
    """

    images: Count
    bad: Count
    good: Count
    candidate: VersionCounts
    hosted: VersionCounts
    now_stopped: Count
    now_passed: Count
