"""A day, its report, and an image that comes after it was printed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import app
from chalicelib.daily.domain import EVERY_PROJECT
from chalicelib.drift.domain import HourLevel, Kind
from chalicelib.shifts.domain import Calendar, CalendarRecord, Event, Length, Zone
from tests.pipeline import inside
from tests.pipeline.account import client
from tests.pipeline.photographs import png
from tests.pipeline.world import HOUR, ZONE, World
from tests.support.builders import NOON

LINE = "images/plates/line-1/cam-1/2026-03-14"
SHIFT = "06:00 to 22:00 Day"
UNTIL_MORNING = 17 * HOUR
"""From NOON until 6 in Berlin."""


def print_a_day(world: World) -> None:
    """Three images and the report in the morning; then an image that was late, and the report again."""
    _set_calendar()
    _remember_other_light(world)
    world.upload(f"{LINE}/good", png(100))
    world.upload(f"{LINE}/damaged", png(101, damaged=True))
    world.settle()
    world.pass_by(UNTIL_MORNING)
    world.run_hourly("print_reports")
    world.upload(f"{LINE}/late", png(102))
    world.settle()
    world.run_hourly("print_reports")


def _set_calendar() -> None:
    start = datetime(2026, 3, 1, 6)  # noqa: DTZ001 - a local time
    length = Length(timedelta(hours=16))
    event = Event(line=1, title="Day", closes=False, zone=ZONE, start=start, length=length, rule="FREQ=DAILY")
    calendar = Calendar(zone=ZONE, zones={ZONE: Zone(ZONE)}, events=(event,))
    app.linewatch.shifts.files.write("plates", "r1", b"", calendar)
    app.linewatch.shifts.calendars.put(CalendarRecord(project="plates", number=1, revision="r1"))


def _remember_other_light(world: World) -> None:
    """In the weeks before, the camera saw brighter images: the watch remembers them."""
    days = [NOON.date() - timedelta(days=ago) for ago in range(1, 30)]
    at = {day: int(datetime.combine(day, NOON.timetz()).timestamp()) * 1_000_000 for day in days}
    level = {day: HourLevel(30, "1", (200 + day.day % 3, *(None,) * 5)) for day in days}
    kept = {day: (datetime.now(UTC), {("plates", "line-1", "cam-1"): {at[day]: level[day]}}) for day in days}
    app.linewatch.drift.days.write(kept)


def unnoticed(world: World) -> Iterator[str]:
    """Mails about the camera that changed, beyond one and its repetition, and what is not remembered of it."""
    alerts = inside.notifications(world.settings.name("alerts"))
    drifts = [alert_id for alert_id, text in alerts if text.startswith("The images of a camera changed")]
    if len(set(drifts)) != 1:
        yield f"{len(set(drifts))} notices of drift were sent"
    if [drift.kind for drift in app.linewatch.drift.stage.read().drifts] != [Kind.LIGHT]:
        yield f"the watch remembers {app.linewatch.drift.stage.read().drifts}"


def unprinted(world: World) -> Iterator[str]:
    """What the report does not say, the files that are missing, and mails beyond one and its repetition."""
    yield from unnoticed(world)
    for scope in ("plates", EVERY_PROJECT):
        found = app.linewatch.daily.reports.find(scope, NOON.date())
        if found is None:
            yield f"{scope} has no report"
            continue
        total, shifts = found.report.total, found.report.section("shift")
        if (total.images, total.anomalous) != (3, 1):
            yield f"the report of {scope} counts {total}"
        if shifts is None or shifts.groups[0].name[-1] != SHIFT:
            yield f"the report of {scope} has the shifts {shifts}"
        if any(each.missing for each in found.report.defects):
            yield f"the report of {scope} lacks pictures"
    listed = client("s3").list_objects_v2(Bucket=world.settings.bucket, Prefix="")["Contents"]
    keys = {each["Key"] for each in listed}
    names = [f"reports/{scope}/{NOON.date()}/report.{kind}" for scope in ("plates", EVERY_PROJECT) for kind in KINDS]
    yield from ({*names, f"exports/inspections/plates/{NOON.date()}.csv", "exports/manifests/_all.json"} - keys)
    subjects = inside.subjects(world.settings.name("reports"))
    if not 1 <= len(subjects) <= 2 or len(set(subjects)) != 1:
        yield f"people were sent {subjects}"


KINDS = ("html", "csv", "xlsx", "json")
