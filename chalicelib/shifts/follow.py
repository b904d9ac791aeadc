"""Follow the calendars: each minute, want of every project's hosting what its calendar says."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.aws.observability import log_unreadable
from chalicelib.core.clock import Clock
from chalicelib.core.unreadable import Unreadable
from chalicelib.shifts.change import observed
from chalicelib.shifts.decision import Decision, Source, decide
from chalicelib.shifts.domain import CalendarRecord
from chalicelib.shifts.plans import Plans
from chalicelib.shifts.ports import Calendars, DesiredHosting, Hosting, HostingState

BEFORE_AGAIN = timedelta(minutes=10)
"""How long after a start that failed the calendar starts the model again."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A project whose hosting the calendar has changed."""

    project: str
    decision: Decision


def follow_calendars(
    *, calendars: Calendars, plans: Plans, hosting: DesiredHosting, clock: Clock
) -> Iterator[Followed | Exception]:
    """Decide for each project that has a calendar; yields those whose hosting that changes.

    This can stop at any point and run again. An error is yielded, and the other projects are followed. The calendar of
    a project that is gone is removed.
    """
    for record in calendars.all():
        try:
            if isinstance(record, Unreadable):
                log_unreadable([record])
            elif (followed := _follow(record, calendars, plans, hosting, clock())) is not None:
                yield followed
        except Exception as error:  # noqa: BLE001 - the caller raises it, with the others
            yield error


def _follow(
    record: CalendarRecord, calendars: Calendars, plans: Plans, hosting: DesiredHosting, now: datetime
) -> Followed | None:
    found = hosting.read(record.project)
    if found is None:
        calendars.remove(record.project)
        return None
    if record.revision is None or found.version is None:
        return None
    if found.warm_up not in (None, record.warm_up):
        calendars.put(replace(record, number=record.number + 1, warm_up=found.warm_up))
    plan = plans.of(record, record.revision, now)
    decision = decide(plan, now, observed(found, record), record.override, grace=record.grace)
    if _stands(decision, found, now) or not hosting.write(record.project, run=decision.run):
        return None
    return Followed(record.project, decision)


def _stands(decision: Decision, found: Hosting, now: datetime) -> bool:
    """Whether what is wanted already says the same. A start that failed is not repeated at once."""
    if found.wish is None or decision.source is Source.BY_HAND:
        return found.wish is not None
    if found.state is HostingState.FAILED:
        return not decision.run or now < found.wish.asked_at + BEFORE_AGAIN
    return found.wish.run is decision.run
