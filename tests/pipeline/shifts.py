"""A project that follows a shift calendar."""

from collections.abc import Iterator

import app
from chalicelib.projects.domain import ModelStatus
from chalicelib.shifts.ports import CALENDAR_ASKS
from tests.pipeline import hosting
from tests.pipeline.account import client
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
