"""Set what people look at, and show what it says so far."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.access.access_keys import require_own
from chalicelib.access.domain import Grant
from chalicelib.aws.observability import readable
from chalicelib.core.clock import MOST_AHEAD, Clock
from chalicelib.core.inspection import Inspection
from chalicelib.core.validation import Moment
from chalicelib.inspections.domain import ReviewList
from chalicelib.inspections.ports import Inspections, ListQuery
from chalicelib.inspections.search import times_of
from chalicelib.projects.in_use import InUse
from chalicelib.projects.ports import Registry
from chalicelib.reviews.agreement import Agreement, agreement_of
from chalicelib.reviews.domain import Review
from chalicelib.reviews.escapes import Escapes, escapes_by_version
from chalicelib.reviews.periods import Period
from chalicelib.reviews.sampling import Sampling, is_looked_at
from chalicelib.shifts.change import change, require_project
from chalicelib.shifts.domain import CalendarRecord, ReviewPlan
from chalicelib.shifts.ports import Calendars, DesiredHosting

MOST_PARTS = 50
"""The most random parts of a shift. Those of a small shift are found by reading some thousand inspections."""
USUAL_SHIFTS, LONGEST_SHIFTS = timedelta(days=7), timedelta(days=31)
USUAL, LONGEST = timedelta(days=90), timedelta(days=366)


class NewPlan(BaseModel):
    """What to change of what people look at; what is left out stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: Annotated[bool | None, Field(strict=True)] = None
    parts: Annotated[int | None, Field(strict=True, ge=1, le=MOST_PARTS)] = None
    two_people: Annotated[bool | None, Field(strict=True)] = None


class Times(BaseModel):
    """The time that is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A period with the parts that it asks for, those that people have looked at, and the escapes among them."""

    period: Period
    asked: int
    looked_at: int
    escapes: int


@dataclass(frozen=True, slots=True)
class EscapesShown:
    """The escapes by the version that passed the parts, and those of the version in use since its parts count.

    They count since it took the place of another version, but only within the time that is asked for. None before the
    line used any version.
    """

    by_version: Mapping[str, Escapes]
    in_use: tuple[InUse, Escapes] | None


def set_plan(
    project: str, new: NewPlan, grant: Grant, *, calendars: Calendars, hosting: DesiredHosting, clock: Clock
) -> ReviewPlan:
    """Store the setting. `Forbidden` or `NotFound` for a project that is not the key's."""
    require_project(project, grant, hosting)
    at = clock()

    def make(record: CalendarRecord) -> CalendarRecord:
        before = record.review_plan
        plan = ReviewPlan(
            on=before.on if new.on is None else new.on,
            parts=new.parts or before.parts,
            two_people=before.two_people if new.two_people is None else new.two_people,
            set_by=grant.key_id,
            set_at=at,
        )
        return replace(record, review_plan=plan)

    return change(project, make, calendars).review_plan


def show_plan(project: str, times: Times, grant: Grant, *, sampling: Sampling) -> tuple[ReviewPlan, list[Shown]]:
    """The setting, and the shifts that are over, newest first: without a time those of the last seven days."""
    require_own(project, grant)
    now = sampling.clock()
    since, until = times_of(times.since, times.until, now, usual=USUAL_SHIFTS, longest=LONGEST_SHIFTS)
    plan, drawn = sampling.drawn(project, since, until)
    found = _by_id(sampling.inspections, [part for each in drawn for part in each.parts])
    shown = [_shown(each.period, each.parts, found) for each in reversed(drawn)]
    return plan, shown


def _shown(period: Period, parts: tuple[str, ...], found: Mapping[str, Inspection]) -> Shown:
    looked_at = [Review.of(found[each]) for each in parts if each in found and is_looked_at(found[each])]
    return Shown(period, len(parts), len(looked_at), sum(each.is_escape for each in looked_at))


def _by_id(inspections: Inspections, ids: list[str]) -> Mapping[str, Inspection]:
    return {each.inspection_id: each for each in readable(inspections.of_ids(ids))}


def show_escapes(
    project: str, times: Times, grant: Grant, *, inspections: Inspections, registry: Registry, clock: Clock
) -> EscapesShown:
    """What the sample shows of the parts captured in this time, or in 90 days."""
    require_own(project, grant)
    since, until = times_of(times.since, times.until, clock(), usual=USUAL, longest=LONGEST)
    listed = _listed(inspections, project, ReviewList.REVIEWED, since, clock() + MOST_AHEAD)
    asked = [each for each in listed if since <= each.captured_at <= until]
    known = registry.find(project).project
    return EscapesShown(_by_version(asked), _in_use(asked, known.in_use, since) if known and known.in_use else None)


def _in_use(asked: Sequence[Inspection], in_use: InUse, since: datetime) -> tuple[InUse, Escapes]:
    counted = replace(in_use, since=max(in_use.since, since))
    found = _by_version(each for each in asked if each.inspected_at >= counted.since)
    return counted, found.get(str(counted.version), Escapes())


def _by_version(reviewed: Iterable[Inspection]) -> Mapping[str, Escapes]:
    return escapes_by_version(map(Review.of, reviewed))


def show_agreement(
    project: str, times: Times, grant: Grant, *, inspections: Inspections, clock: Clock
) -> list[Agreement]:
    """How well people agree, by what was settled in this time and by what they dispute of it."""
    require_own(project, grant)
    since, until = times_of(times.since, times.until, clock(), usual=USUAL, longest=LONGEST)
    lists = (ReviewList.REVIEWED, ReviewList.DISPUTED)
    found = (each for on in lists for each in _listed(inspections, project, on, since, until))
    return agreement_of(each.answers for each in found)


def _listed(
    inspections: Inspections, project: str, on: ReviewList, since: datetime, until: datetime
) -> Iterator[Inspection]:
    query = ListQuery(project=project, on=on, since=since, until=until, oldest_first=True)
    return readable(inspections.of_list(query))
