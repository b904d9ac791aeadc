"""What the API and the commands answer of a calendar, as JSON."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.shifts.domain import CalendarRecord, Shift
from chalicelib.shifts.forecast import hours
from chalicelib.shifts.show import Week


def record_as_json(record: CalendarRecord) -> dict[str, Any]:
    """What is stored. Times are UTC."""
    override, refusal = record.override, record.refusal
    return {
        "project": record.project,
        "revision": record.revision,
        "set_at": _text(record.set_at),
        "set_by": record.set_by,
        "grace_minutes": _minutes(record.grace),
        "override": None
        if override is None
        else {
            "run": override.run,
            "until": _text(override.until),
            "asked_by": override.asked_by,
            "asked_at": _text(override.asked_at),
        },
        "end_of_day": _end_of_day(record),
        "refused": None if refusal is None else {"at": _text(refusal.at), "reason": refusal.reason},
    }


def _end_of_day(record: CalendarRecord) -> dict[str, Any] | None:
    """When the images of the day are inspected, and how far the latest inspection is."""
    end, run = record.end_of_day, record.day_run
    if end is None:
        return None
    latest = run and {
        "since": _text(run.since),
        "until": _text(run.until),
        "phase": run.phase,
        "ended_at": _text(run.ended_at),
        "counts": dict(run.counts),
    }
    return {"at": f"{end.at:%H:%M}", "zone": end.zone, "prefix": end.prefix, "latest": latest}


def week_as_json(week: Week) -> dict[str, Any]:
    """What is stored and what will happen. Times are UTC; `day` is the first one, in the plant's zone."""
    run, stopped = (hours(week.spans, run=each) for each in (True, False))
    return {
        **record_as_json(week.record),
        "zone": week.calendar.zone,
        "events": len(week.calendar.events),
        "ignored": {"free": week.calendar.free, "cancelled": week.calendar.cancelled},
        "state": week.hosting.state,
        "now": {"run": week.decision.run, "until": _text(week.decision.until), "reason": week.decision.reason},
        "starts_early_seconds": round(week.lead.total_seconds()),
        "day": week.day.isoformat(),
        "shifts": [_shift(each) for each in week.plan.shifts],
        "closures": [_shift(each) for each in week.plan.closures],
        "spans": [
            {"start": _text(each.start), "end": _text(each.end), "run": each.run, "source": each.source}
            for each in week.spans
        ],
        "hours": {"run": round(run, 2), "stopped": round(stopped, 2)},
    }


def _shift(shift: Shift) -> dict[str, Any]:
    return {"start": _text(shift.start), "end": _text(shift.end), "title": shift.title}


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _minutes(duration: timedelta) -> int:
    return round(duration / timedelta(minutes=1))
