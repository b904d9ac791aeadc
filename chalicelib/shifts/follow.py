"""Follow the calendars: each minute, want of every project's hosting what its calendar says.

People learn of a shift without a model, and of no silence when nobody works.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.aws.observability import log_unreadable
from chalicelib.core.clock import Clock
from chalicelib.core.unreadable import Unreadable
from chalicelib.shifts.change import observed
from chalicelib.shifts.day import empty_plan, with_run
from chalicelib.shifts.decision import Decision, Source, decide
from chalicelib.shifts.domain import CalendarRecord
from chalicelib.shifts.plan import Plan
from chalicelib.shifts.plans import Plans
from chalicelib.shifts.ports import Calendars, DesiredHosting, Hosting, HostingState

BEFORE_AGAIN = timedelta(minutes=10)
"""How long after a start that failed the calendar starts the model again."""
LONGEST_DELAY = timedelta(minutes=5)
"""How long after the begin of a shift its model may not be hosted yet."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A project whose hosting the calendar has changed."""

    project: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Late:
    """A project whose shift runs, and whose model does not."""

    project: str
    state: HostingState


@dataclass(frozen=True, slots=True)
class Quiet:
    """A project that has no shift now, so that no image is expected."""

    project: str


type Outcome = Followed | Late | Quiet


def follow_calendars(
    *, calendars: Calendars, plans: Plans, hosting: DesiredHosting, clock: Clock
) -> Iterator[Outcome | Exception]:
    """Decide for each project that has a calendar; yields those whose hosting that changes, is late or is not needed.

    This can stop at any point and run again. An error is yielded, and the other projects are followed. The calendar of
    a project that is gone is removed.
    """
    for record in calendars.all():
        try:
            if isinstance(record, Unreadable):
                log_unreadable([record])
            else:
                yield from _follow(record, calendars, plans, hosting, clock())
        except Exception as error:  # noqa: BLE001 - the caller raises it, with the others
            yield error


def _follow(
    record: CalendarRecord, calendars: Calendars, plans: Plans, hosting: DesiredHosting, now: datetime
) -> Iterator[Outcome]:
    found = hosting.read(record.project)
    if found is None:
        calendars.remove(record.project)
        return
    plan = _plan(record, plans, now)
    if plan is None or found.version is None:
        return
    if found.warm_up not in (None, record.warm_up):
        calendars.put(replace(record, number=record.number + 1, warm_up=found.warm_up))
    decision = decide(plan, now, observed(found, record), record.override, grace=record.grace)
    if not plan.works_at(now):
        yield Quiet(record.project)
    elif decision.run and found.state is not HostingState.HOSTED and plan.works_at(now - LONGEST_DELAY):
        yield Late(record.project, found.state)
    if not _stands(decision, found, now) and hosting.write(record.project, run=decision.run):
        yield Followed(record.project, decision)


def _plan(record: CalendarRecord, plans: Plans, now: datetime) -> Plan | None:
    """Nothing is planned without a calendar, but for the inspection of a day's images."""
    if record.revision is not None:
        return with_run(plans.of(record, record.revision, now), record.day_run)
    if record.day_run is not None and record.day_run.hosts:
        return with_run(empty_plan(now), record.day_run)
    return None


def _stands(decision: Decision, found: Hosting, now: datetime) -> bool:
    """Whether what is wanted already says the same. A start that failed is not repeated at once."""
    if found.wish is None or decision.source is Source.BY_HAND:
        return found.wish is not None
    if found.state is HostingState.FAILED:
        return decision.run and now < found.wish.asked_at + BEFORE_AGAIN
    return found.wish.run is decision.run
