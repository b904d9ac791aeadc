"""What the API and the commands answer of a calendar, as JSON. Times are UTC."""

from datetime import datetime, timedelta
from typing import TypedDict

from chalicelib.core.texts import ClockTime, Day, Instant
from chalicelib.shifts.decision import Source
from chalicelib.shifts.domain import CalendarRecord, DayRun, EndOfDay, Override, Phase, Refusal, Shift
from chalicelib.shifts.forecast import hours
from chalicelib.shifts.ports import HostingState
from chalicelib.shifts.show import Week


class OverrideAnswer(TypedDict):
    """What a person wants instead of the calendar; without `until` it ends with the next begin or end of a shift."""

    run: bool
    until: Instant | None
    asked_by: str
    asked_at: Instant


class RefusalAnswer(TypedDict):
    """The last file in the bucket that was not taken."""

    at: Instant
    reason: str


class DayRunAnswer(TypedDict):
    """How far an inspection of a day's images is: of those that came after `since` until `until`, by verdict."""

    since: Instant
    until: Instant
    phase: Phase
    ended_at: Instant | None
    counts: dict[str, int]


class EndOfDayAnswer(TypedDict):
    """When the images of the day are inspected, those of a line or line/camera or all, and the latest inspection."""

    at: ClockTime
    zone: str
    prefix: str
    latest: DayRunAnswer | None


class CalendarAnswer(TypedDict):
    """What is stored of a project's calendar: which file is followed, since when, and by whose key it was set."""

    project: str
    revision: str | None
    set_at: Instant | None
    set_by: str
    grace_minutes: int
    override: OverrideAnswer | None
    end_of_day: EndOfDayAnswer | None
    refused: RefusalAnswer | None


class IgnoredEvents(TypedDict):
    """How many events do not count."""

    free: int
    cancelled: int


class DecisionAnswer(TypedDict):
    """Whether the model should run now, until when as far as is known, and why."""

    run: bool
    until: Instant | None
    reason: str


class ShiftAnswer(TypedDict):
    """A shift or a closure."""

    start: Instant
    end: Instant
    title: str


class SpanAnswer(TypedDict):
    """A time in which the model runs or is stopped."""

    start: Instant
    end: Instant
    run: bool
    source: Source


class HoursAnswer(TypedDict):
    """Hours in which the model will run and be stopped, if no image keeps it."""

    run: float
    stopped: float


class WeekAnswer(CalendarAnswer):
    """What is stored and what will happen in seven days; `day` is the first one, in the plant's zone.

    At `ends_of_day` the images of the day are inspected. How long the model runs for it is not known before.
    """

    zone: str
    events: int
    ignored: IgnoredEvents
    state: HostingState
    now: DecisionAnswer
    starts_early_seconds: int
    day: Day
    shifts: list[ShiftAnswer]
    closures: list[ShiftAnswer]
    spans: list[SpanAnswer]
    ends_of_day: list[Instant]
    hours: HoursAnswer


class ShiftFile(TypedDict):
    """An iCalendar file."""

    file: str


def record_as_json(record: CalendarRecord) -> CalendarAnswer:
    """What is stored."""
    return {
        "project": record.project,
        "revision": record.revision,
        "set_at": _text_or_none(record.set_at),
        "set_by": record.set_by,
        "grace_minutes": _minutes(record.grace),
        "override": None if record.override is None else _override(record.override),
        "end_of_day": None if record.end_of_day is None else _end_of_day(record.end_of_day, record.day_run),
        "refused": None if record.refusal is None else _refusal(record.refusal),
    }


def week_as_json(week: Week) -> WeekAnswer:
    """What is stored and what will happen."""
    run, stopped = (hours(week.spans, run=each) for each in (True, False))
    decision = week.decision
    return {
        **record_as_json(week.record),
        "zone": week.calendar.zone,
        "events": len(week.calendar.events),
        "ignored": {"free": week.calendar.free, "cancelled": week.calendar.cancelled},
        "state": week.hosting.state,
        "now": {"run": decision.run, "until": _text_or_none(decision.until), "reason": decision.reason},
        "starts_early_seconds": round(week.lead.total_seconds()),
        "day": week.day.isoformat(),
        "shifts": [_shift(each) for each in week.plan.shifts],
        "closures": [_shift(each) for each in week.plan.closures],
        "spans": [
            {"start": _text(each.start), "end": _text(each.end), "run": each.run, "source": each.source}
            for each in week.spans
        ],
        "ends_of_day": [_text(each) for each in week.ends_of_day],
        "hours": {"run": round(run, 2), "stopped": round(stopped, 2)},
    }


def _override(override: Override) -> OverrideAnswer:
    return {
        "run": override.run,
        "until": _text_or_none(override.until),
        "asked_by": override.asked_by,
        "asked_at": _text(override.asked_at),
    }


def _end_of_day(end: EndOfDay, latest: DayRun | None) -> EndOfDayAnswer:
    run = None if latest is None else _day_run(latest)
    return {"at": f"{end.at:%H:%M}", "zone": end.zone, "prefix": end.prefix, "latest": run}


def _day_run(run: DayRun) -> DayRunAnswer:
    return {
        "since": _text(run.since),
        "until": _text(run.until),
        "phase": run.phase,
        "ended_at": _text_or_none(run.ended_at),
        "counts": dict(run.counts),
    }


def _refusal(refusal: Refusal) -> RefusalAnswer:
    return {"at": _text(refusal.at), "reason": refusal.reason}


def _shift(shift: Shift) -> ShiftAnswer:
    return {"start": _text(shift.start), "end": _text(shift.end), "title": shift.title}


def _text_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else _text(moment)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _minutes(duration: timedelta) -> int:
    return round(duration / timedelta(minutes=1))
