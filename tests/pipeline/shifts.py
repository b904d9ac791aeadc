"""A project that follows a shift calendar."""

from collections.abc import Iterator
from datetime import time

import app
from chalicelib.projects.domain import ModelStatus
from chalicelib.shifts.ports import CALENDAR_ASKS
from linewatch.operate.operator import operator_grant
from tests.pipeline import hosting, inside
from tests.pipeline.account import client
from tests.pipeline.photographs import png
from tests.pipeline.world import World
from tests.shifts.calendars import BERLIN, content_of, event

PROJECT = "rods"
HOURS = 8
"""From noon UTC, 13:00 in Berlin, until 21:00 there."""
SHIFTS = (
    *event(":20260301T140000", ":20260301T150000", "RRULE:FREQ=DAILY"),
    *event(":20260301T180000", ":20260301T200000", "RRULE:FREQ=DAILY"),
)
"""An hour of work from 14:00, and two from 18:00: who stops or starts an hour late is still in time."""


def follow_a_calendar(world: World) -> None:
    """A person starts the model; then somebody puts a calendar into the bucket, and hours pass."""
    hosting.create_project(world, PROJECT)
    hosting.start(world, PROJECT)
    key = f"calendars/{PROJECT}.ics"
    client("s3").put_object(Bucket=world.settings.bucket, Key=key, Body=content_of(BERLIN, *SHIFTS))
    for _ in range(HOURS):
        world.run_hourly("follow_calendars")
        world.follow()
    hosting.follow(world)


def unfollowed(_world: World) -> Iterator[str]:
    """The calendar that is not set, and the model that it has not started and stopped."""
    record, calendar = app.linewatch.projects.registry.find(PROJECT), app.linewatch.shifts.calendars.find(PROJECT)
    model = record.models[1]
    if calendar.revision is None:
        yield f"{PROJECT} has no calendar"
    if (model.status, model.asked_by) != (ModelStatus.TRAINED, CALENDAR_ASKS):
        yield f"version 1 of {PROJECT} is {model.status}, as {model.asked_by} asked"
    if model.started_at is None or model.started_at.hour not in {17, 18}:
        yield f"version 1 of {PROJECT} was started at {model.started_at}, not for the shift at 18:00 in Berlin"


BARS = "images/bars/line-1/cam-1/2026-03-14"


def inspect_a_day(world: World) -> None:
    """Two images come while the model is stopped, one of them without a notification; the end of the day starts it."""
    hosting.create_project(world, "bars")
    hosting.start(world, "bars")
    hosting.stop(world, "bars")
    app.linewatch.shifts.set_end_of_day("bars", operator_grant("bars"), at=time(13, 30), zone="UTC")
    world.upload(f"{BARS}/unannounced", png(100))
    world.lose_messages("uploads")
    world.upload(f"{BARS}/waits", png(101, damaged=True))
    world.settle()
    for _ in range(5):
        world.run_hourly("follow_calendars")
        world.follow()
        world.settle()
    hosting.follow(world)


def unsummarised(world: World) -> Iterator[str]:
    """What is wrong with the one summary of the day, and with the model after it."""
    alerts = inside.notifications(world.settings.name("alerts"))
    summaries = {alert_id: text for alert_id, text in alerts if text.startswith("The images of the day")}
    if len(summaries) != 1:
        yield f"{len(summaries)} days have a summary"
    for text in summaries.values():
        if not {"Images: 2", "Normal: 1", "Anomalous: 1", "Missing: 0"} <= set(text.splitlines()):
            yield f"a summary is wrong: {text}"
    status = app.linewatch.projects.registry.find("bars").models[1].status
    if status is not ModelStatus.TRAINED:
        yield f"version 1 of bars is {status}"
