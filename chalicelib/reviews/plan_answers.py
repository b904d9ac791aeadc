"""What the API and the commands answer of the random sample and of how people agree, as JSON."""

from collections.abc import Sequence
from typing import TypedDict

from chalicelib.core.texts import Instant
from chalicelib.projects.in_use import InUse
from chalicelib.reviews.agreement import Agreement
from chalicelib.reviews.escapes import Escapes, together
from chalicelib.reviews.plan import EscapesShown, Shown
from chalicelib.shifts.domain import ReviewPlan


class PlanSetting(TypedDict):
    """What people look at: `parts` random passed parts of each shift, if it is `on`, and whether two must agree.

    `set_by` is the key that set it; null for the default.
    """

    on: bool
    parts: int
    two_people: bool
    set_by: str | None
    set_at: Instant | None


class ShiftSample(TypedDict):
    """A shift, or a day without a calendar: how many parts it asks for, and what people found in them."""

    start: Instant
    end: Instant
    title: str
    asked: int
    looked_at: int
    escapes: int


class ReviewPlanAnswer(PlanSetting):
    """The setting, and the shifts that are over, newest first."""

    shifts: list[ShiftSample]


class EscapesFound(TypedDict):
    """`escapes` of `reviewed` parts of the sample. The true share is at most `at_most` (0 to 1), with 95 % confidence.

    `says` is the same in words.
    """

    reviewed: int
    escapes: int
    at_most: float
    says: str


class VersionEscapes(EscapesFound):
    """Of the parts that this version passed."""

    model_version: str


class EscapesInUse(VersionEscapes):
    """Of the parts that the version in use passed `since` it took the place of another one, or since `from`."""

    since: Instant


class EscapesAnswer(EscapesFound):
    """Of all versions together, of the one in use since it is, and of each, the newest first."""

    in_use: EscapesInUse | None
    versions: list[VersionEscapes]


class PairAnswer(TypedDict):
    """Two people who looked at the same `both` images without seeing each other's answer, and said the `same` of some.

    `kappa` is Cohen's; null if it is not defined, because both gave all images the same one label.
    """

    people: tuple[str, str]
    both: int
    same: int
    kappa: float | None


class AgreementAnswer(TypedDict):
    """The pairs of people, those with most images first."""

    pairs: list[PairAnswer]


def setting_as_json(plan: ReviewPlan) -> PlanSetting:
    """The setting."""
    return {
        "on": plan.on,
        "parts": plan.parts,
        "two_people": plan.two_people,
        "set_by": plan.set_by or None,
        "set_at": None if plan.set_at is None else plan.set_at.isoformat(),
    }


def plan_as_json(plan: ReviewPlan, shown: Sequence[Shown]) -> ReviewPlanAnswer:
    """The setting and the shifts."""
    return {**setting_as_json(plan), "shifts": [_shift(each) for each in shown]}


def escapes_as_json(shown: EscapesShown) -> EscapesAnswer:
    """What the sample says."""
    found = shown.by_version
    newest_first = sorted(found.items(), key=lambda each: (len(each[0]), each[0]), reverse=True)
    versions: list[VersionEscapes] = [{"model_version": name, **_escapes(each)} for name, each in newest_first]
    in_use = None if shown.in_use is None else _in_use(*shown.in_use)
    return {**_escapes(together(found.values())), "in_use": in_use, "versions": versions}


def _in_use(in_use: InUse, found: Escapes) -> EscapesInUse:
    return {"model_version": str(in_use.version), "since": in_use.since.isoformat(), **_escapes(found)}


def agreement_as_json(found: Sequence[Agreement]) -> AgreementAnswer:
    """How well people agree."""
    pairs: list[PairAnswer] = [
        {
            "people": each.people,
            "both": each.both,
            "same": each.same,
            "kappa": None if each.kappa is None else round(each.kappa, 3),
        }
        for each in found
    ]
    return {"pairs": pairs}


def _shift(shown: Shown) -> ShiftSample:
    return {
        "start": shown.period.start.isoformat(),
        "end": shown.period.end.isoformat(),
        "title": shown.period.title,
        "asked": shown.asked,
        "looked_at": shown.looked_at,
        "escapes": shown.escapes,
    }


def _escapes(found: Escapes) -> EscapesFound:
    return {
        "reviewed": found.reviewed,
        "escapes": found.escapes,
        "at_most": found.at_most,
        "says": str(found),
    }
