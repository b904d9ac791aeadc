"""Whether the model of a project should run now: a pure function of plan, instant, what is, and what people want.

The calendar starts the model early, by the time that a start takes, and stops it late, until no image waits or a grace
has passed. After that only the next shift starts it again: an image that comes too late waits in its queue.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.shifts.domain import Override
from chalicelib.shifts.plan import Plan
from chalicelib.shifts.ports import CALENDAR_ASKS, Hosting, HostingState

TICK = timedelta(minutes=1)
"""How often somebody decides."""
DEFAULT_WARM_UP = timedelta(minutes=1)
LONGEST_WARM_UP = timedelta(minutes=15)
SETTLING = timedelta(minutes=2)
"""How long the count of a queue may lag behind.

Source: "GetQueueAttributes", Amazon SQS API Reference: at least a minute after the producers stop sending.
"""

_RUNNING = {HostingState.STARTING, HostingState.HOSTED}


class Source(StrEnum):
    """What a decision follows from."""

    CALENDAR = "calendar"
    OVERRIDE = "override"
    BY_HAND = "by hand"
    """A start or stop of the model by a person."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the model should run, until when that is so as far as is known now, and why."""

    run: bool
    until: datetime | None
    reason: str
    source: Source = Source.CALENDAR


def lead_of(warm_up: timedelta | None) -> timedelta:
    """How long before a shift the model starts: its measured warm-up, and the time until somebody decides."""
    return min(warm_up or DEFAULT_WARM_UP, LONGEST_WARM_UP) + TICK


def decide(
    plan: Plan, now: datetime, hosting: Hosting, override: Override | None = None, *, grace: timedelta
) -> Decision:
    """The decision for this instant. `override` may have passed; a start or stop by hand counts as one."""
    lead, order = lead_of(hosting.warm_up), _last_order(override, hosting, now)
    ends = None if order is None else order.until or plan.boundary_after(order.asked_at, lead)
    if order is not None and (ends is None or now < ends):
        source = Source.OVERRIDE if order is override else Source.BY_HAND
        return Decision(order.run, ends, f"{order.asked_by} asked for it", source)
    needed = plan.begun_by(now + lead)
    if needed is not None and now < needed.end:
        return Decision(True, needed.end, plan.title_at(now + lead) or "a shift")
    ended = [] if needed is None else [needed.end]
    if order is not None and order.run and ends is not None:
        ended.append(ends)
    if hosting.state in _RUNNING and ended and (late := _stops_late(max(ended), now, hosting, grace)):
        return Decision(True, late, "images wait")
    start = plan.next_start(now + lead)
    return Decision(False, start and start - lead, "no shift")


def _last_order(override: Override | None, hosting: Hosting, now: datetime) -> Override | None:
    """What a person wanted last: by an override, or by starting or stopping the model."""
    wish, orders = hosting.wish, [] if override is None else [override]
    if wish is not None and wish.asked_by != CALENDAR_ASKS:
        orders.append(Override(run=wish.run, until=None, asked_by=wish.asked_by, asked_at=wish.asked_at))
    return max((each for each in orders if each.asked_at <= now), key=lambda each: each.asked_at, default=None)


def _stops_late(ended: datetime, now: datetime, hosting: Hosting, grace: timedelta) -> datetime | None:
    """Until when the model may still run after its shift; None if it has nothing to do or no time left."""
    if now < ended + SETTLING or (hosting.waiting != 0 and now < ended + grace):
        return ended + max(grace, SETTLING)
    return None
