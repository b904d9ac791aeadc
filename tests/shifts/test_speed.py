"""A calendar of 5,000 events is decided in less than 50 ms."""

from dataclasses import replace
from datetime import timedelta
from time import process_time

from chalicelib.shifts.calendar_file import MOST_EVENTS
from chalicelib.shifts.ports import HostingState
from tests.shifts.calendars import BERLIN, content_of, event
from tests.shifts.world import World


def test_5000_events_are_decided_in_less_than_50_ms() -> None:
    """The first minute of a day works the plan out; each other minute decides."""
    world = World()
    lines = [
        line
        for number in range(MOST_EVENTS)
        for line in event(
            f":2026{number % 12 + 1:02}{number % 28 + 1:02}T{number % 24:02}0000",
            f":2026{number % 12 + 1:02}{number % 28 + 1:02}T{number % 24:02}3000",
            *(["RRULE:FREQ=WEEKLY"] if number % 2 else []),
        )
    ]
    world.set(content_of(BERLIN, *lines))
    hosting = world.hosting.projects["plates"]
    world.hosting.projects["plates"] = replace(hosting, state=HostingState.HOSTED, warm_up=timedelta(minutes=1))
    world.follow()
    took = []
    for _ in range(5):
        world.clock.pass_by(60)
        began = process_time()
        world.follow()
        took.append(process_time() - began)
    assert max(took) < 0.05
