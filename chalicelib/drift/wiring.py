"""Builds the drift watch."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.lake.wiring import LakeWiring

if TYPE_CHECKING:
    from chalicelib.drift.domain import Drift
    from chalicelib.drift.ports import DayHours, DriftBus, WatchedStage
    from chalicelib.drift.watch import Watch


class DriftWiring:
    """The lake, what the watch keeps, and the use cases."""

    def __init__(self, platform: Platform, lake: LakeWiring) -> None:
        self.platform = platform
        self._lake = lake

    @cached_property
    def days(self) -> "DayHours":
        """The hours of days, in the bucket."""
        from chalicelib.drift.s3 import S3DayHours

        return S3DayHours(self.platform.clients.s3, self.platform.settings.bucket)

    @cached_property
    def stage(self) -> "WatchedStage":
        """What the watch remembers, in the bucket."""
        from chalicelib.drift.s3 import S3WatchedStage

        return S3WatchedStage(self.platform.clients.s3, self.platform.settings.bucket)

    @cached_property
    def bus(self) -> "DriftBus":
        """The event bus."""
        return self.platform.event_bus

    def watch(self, zone: str, days: "DayHours | None" = None) -> "Watch":
        """The watch of a plant in this time zone, which may keep the hours of days elsewhere."""
        from chalicelib.drift.watch import Watch

        return Watch(zone, self._lake.days, days or self.days, self.stage, self.platform.clock)

    def watch_nights(self, zone: str) -> "Iterator[Drift]":
        """Look at each night that is due."""
        from chalicelib.drift.watch import watch_nights

        return watch_nights(self.watch(zone), self.bus)

    def look_back(self, zone: str, days: int, kept: "DayHours") -> "list[Drift]":
        """What is remembered, and what the last nights would find beside it."""
        from chalicelib.drift.watch import look_back

        return look_back(self.watch(zone, kept), days)

    def found_on(self, day: date) -> "list[Drift]":
        """The drifts that were found at the end of this day of the plant."""
        return [drift for drift in self.stage.read().drifts if drift.found_on == day]
