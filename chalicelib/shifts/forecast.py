"""What will happen: the spans of time in which a model runs and is stopped, if no image keeps it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.shifts.decision import SETTLING, Source, decide, lead_of
from chalicelib.shifts.domain import CalendarRecord
from chalicelib.shifts.plan import Plan
from chalicelib.shifts.ports import Hosting, HostingState


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` until before `end`, both UTC, the model runs or not, and what that follows from."""

    start: datetime
    end: datetime
    run: bool
    source: Source


def forecast(plan: Plan, since: datetime, until: datetime, hosting: Hosting, record: CalendarRecord) -> list[Span]:
    """The spans from `since` until `until`, in order and without a gap. Each decision is that of the calendar."""
    spans: list[Span] = []
    edges = sorted({since, *_edges(plan, hosting, record, since, until)})
    seen = replace(hosting, state=HostingState.STOPPED, waiting=0)
    for start, end in zip(edges, [*edges[1:], until], strict=True):
        decision = decide(plan, start, seen, record.override, grace=record.grace)
        seen = replace(seen, state=HostingState.HOSTED if decision.run else HostingState.STOPPED)
        if spans and (spans[-1].run, spans[-1].source) == (decision.run, decision.source):
            spans[-1] = replace(spans[-1], end=end)
        else:
            spans.append(Span(start, end, decision.run, decision.source))
    return spans


def _edges(
    plan: Plan, hosting: Hosting, record: CalendarRecord, since: datetime, until: datetime
) -> Iterator[datetime]:
    """The instants at which the decision can change: between two of them nothing does."""
    lead = lead_of(hosting.warm_up)
    moments = [edge for each in plan.shifts for edge in (each.start - lead, each.end, each.end + SETTLING)]
    moments += [order.asked_at for order in (record.override, hosting.wish) if order is not None]
    if record.override is not None and record.override.until is not None:
        moments += [record.override.until, record.override.until + SETTLING]
    return (each for each in moments if since < each < until)


def hours(spans: list[Span], *, run: bool) -> float:
    """The hours in which the model runs, or does not."""
    return sum((each.end - each.start for each in spans if each.run is run), timedelta()) / timedelta(hours=1)
