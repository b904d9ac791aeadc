"""The inspection of a day's images: when it is due, and that the model runs for it as for a shift."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.shifts.domain import CalendarRecord, DayRun, EndOfDay, Phase, Shift, Zone
from chalicelib.shifts.plan import FUTURE, PAST, Plan

DAY = timedelta(days=1)
SETTLED = timedelta(minutes=1)
"""After so long every image that came before is in the lists of the bucket, with the time at which it came."""
LONGEST_RUN = timedelta(hours=12)
"""After so long the images that have no verdict are missing."""
LONGEST_GAP = timedelta(days=3)
"""The images since the run before are inspected, if it was not longer ago."""
LATE_DAYS = 2
"""By so many days the upload of an image may come after its capture."""
TITLE = "the images of the day"


def last_due(end: EndOfDay, now: datetime) -> datetime:
    """The last instant at which the clock in the zone was at the time."""
    zone = Zone(end.zone)
    today = zone.local(now).date()
    due = zone.utc(datetime.combine(today, end.at))
    return due if due <= now else zone.utc(datetime.combine(today - DAY, end.at))


def due_between(end: EndOfDay, since: datetime, until: datetime) -> list[datetime]:
    """Each instant from `since` until before `until` at which the images of a day are due, in order."""
    half_days = range(2 * ((until - since) // DAY + 2))  # two instants may be 23 hours apart
    found = {last_due(end, since + number * DAY / 2) for number in half_days}
    return sorted(each for each in found if since <= each < until and each > end.set_at)


def opened(record: CalendarRecord, end: EndOfDay, now: datetime, *, running: bool) -> DayRun | None:
    """The run that begins now; None while one goes on, or none is due.

    `running` says whether the model runs. A model that a person hosts, without a calendar, stays as it is.
    """
    before, due = record.day_run, last_due(end, now - SETTLED)
    if before is not None and before.phase is not Phase.DONE:
        return None
    if due <= max(end.set_at, before.until if before else end.set_at):
        return None
    follows = before is not None and due - before.until <= LONGEST_GAP
    since = before.until if before is not None and follows else due - DAY
    return DayRun(since=since, until=due, opened_at=now, hosts=record.revision is not None or not running)


def empty_plan(now: datetime) -> Plan:
    """The plan of a project without a calendar."""
    return Plan(now - PAST, now + FUTURE, ())


def with_run(plan: Plan, run: DayRun | None) -> Plan:
    """The plan with the latest run as one more shift, if the model runs for it."""
    if run is None or not run.hosts:
        return plan
    shift = Shift(run.opened_at, run.ended_at or run.opened_at + LONGEST_RUN, TITLE)
    return replace(plan, shifts=tuple(sorted((*plan.shifts, shift))))
