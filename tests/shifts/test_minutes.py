"""Minute by minute: the model is hosted in every minute of a shift, and each stretch is one start and one stop."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.shifts.domain import CalendarRecord, Shift
from chalicelib.shifts.follow import follow_calendars
from chalicelib.shifts.plan import LONGEST_PAUSE, Plan, joined
from chalicelib.shifts.plans import Plans
from chalicelib.shifts.ports import CALENDAR_ASKS, Hosting, HostingState, Wish
from tests.shifts.calendars import utc
from tests.support.builders import FakeClock
from tests.support.fake_shifts import FakeCalendarFiles, FakeCalendars, FakeHosting

MINUTE = timedelta(minutes=1)
START = utc("2026-03-28 00:00")


@dataclass
class FixedPlans(Plans):
    """The same plan always."""

    plan: Plan = field(default_factory=lambda: Plan(START, START, ()))

    def of(self, record: CalendarRecord, revision: str, now: datetime) -> Plan:
        return self.plan


def _shift(minutes: tuple[int, int]) -> Shift:
    begin, length = minutes
    return Shift(START + begin * MINUTE, START + (begin + length) * MINUTE)


several_shifts = st.lists(
    st.tuples(st.integers(30, 2 * 24 * 60), st.integers(1, 12 * 60)).map(_shift), min_size=1, max_size=6
).map(lambda shifts: tuple(sorted(shifts)))


@settings(max_examples=40)
@given(several_shifts, st.integers(5, 300), st.integers(0, 90), st.randoms(use_true_random=False))
def test_every_minute_of_a_shift_is_hosted_and_every_stretch_is_one_start_and_one_stop(
    shifts: tuple[Shift, ...], starting: int, grace: int, images: Random
) -> None:
    clock, warm_up = FakeClock(START), timedelta(seconds=starting)
    stopped = Hosting(state=HostingState.STOPPED, wish=None, version=1)
    hosting = FakeHosting(clock, {"plates": stopped}, starting=warm_up)
    record = CalendarRecord(project="plates", number=1, revision="a", grace=grace * MINUTE, warm_up=warm_up)
    plans = FixedPlans(FakeCalendarFiles(), plan=Plan(START, START, shifts))
    calendars = FakeCalendars({"plates": record})
    last = max(each.end for each in shifts) + timedelta(hours=2)
    while clock() < last:
        followed = list(follow_calendars(calendars=calendars, plans=plans, hosting=hosting, clock=clock))
        assert not [each for each in followed if isinstance(each, Exception)]
        found = hosting.read("plates") or stopped
        assert found.state is HostingState.HOSTED or not any(each.start <= clock() < each.end for each in shifts)
        hosting.projects["plates"] = replace(found, waiting=images.choice([0, 0, 3, None]))
        clock.pass_by(60)
    asked = [run for _, _, run in hosting.written]
    assert asked == [False, *[True, False] * sum(asked)]  # the first is of a model that nobody ever asked for
    assert sum(asked) <= len(list(joined(shifts, LONGEST_PAUSE)))
    assert (hosting.read("plates") or stopped).wish == Wish(
        run=False, asked_by=CALENDAR_ASKS, asked_at=hosting.written[-1][0]
    )
