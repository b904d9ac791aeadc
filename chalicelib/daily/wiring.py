"""Builds the capability of daily reports."""

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.daily.settings import DailySettings
from chalicelib.drift.wiring import DriftWiring
from chalicelib.lake.wiring import LakeWiring
from chalicelib.shifts.wiring import ShiftsWiring

if TYPE_CHECKING:
    from datetime import date

    from chalicelib.daily.domain import PlantDay, PrintedReport
    from chalicelib.daily.find_reports import FoundReport
    from chalicelib.daily.ports import DailyReports, Pictures, Reports, Shifts, Subscribers
    from chalicelib.daily.print_reports import Done, Printing
    from chalicelib.drift.domain import Drift


class DailyWiring:
    """The printed reports, what they are made from, and the use cases."""

    def __init__(self, platform: Platform, lake: LakeWiring, shifts: ShiftsWiring, drift: DriftWiring) -> None:
        self.platform = platform
        self._lake = lake
        self._shifts = shifts
        self._drift = drift

    @cached_property
    def settings(self) -> DailySettings:
        """The settings of reports, from the environment."""
        return DailySettings.from_environment()

    @cached_property
    def reports(self) -> "DailyReports":
        """The printed reports in the bucket."""
        from chalicelib.daily.s3 import S3Reports

        return S3Reports(self.platform.clients.s3, self.platform.settings.bucket, self.settings.api_url)

    @cached_property
    def subscribers(self) -> "Subscribers":
        """Those who want reports."""
        from chalicelib.daily.sns import SNSSubscribers

        client, settings = self.platform.clients.sns_once, self.platform.settings
        arn = f"arn:{client.meta.partition}:sns:{settings.region}:{settings.account}:{settings.name('reports')}"
        return SNSSubscribers(client, arn)

    @property
    def pictures(self) -> "Pictures":
        """The images of defects. What was made is kept for one use only."""
        from chalicelib.daily.s3_pictures import S3Pictures

        return S3Pictures(self.platform.clients.s3, self.platform.settings.bucket)

    @property
    def calendars(self) -> "Shifts":
        """The shifts of projects. What was read is kept for one use only: calendars change."""
        from chalicelib.daily.calendars import CalendarShifts

        return CalendarShifts(self._shifts.calendars, self._shifts.files)

    @property
    def printing(self) -> "Printing":
        """What printing needs."""
        from chalicelib.daily.files import files_of
        from chalicelib.daily.print_reports import Printing

        return Printing(self._lake.days, self.calendars, self.pictures, files_of, self._drift)

    @property
    def list_days(self) -> "Callable[..., list[date]]":
        """List the days that have a report."""
        from chalicelib.daily.find_reports import list_days

        return partial(list_days, reports=self.reports, clock=self.platform.clock)

    @property
    def find_day(self) -> "Callable[..., FoundReport]":
        """Find the report of a day."""
        from chalicelib.daily.find_reports import find_day

        bucket = self.platform.settings.bucket
        return partial(find_day, reports=self.reports, links=self.platform.links, bucket=bucket)

    def print_day(self, day: "PlantDay", reports: "Reports", project: str | None = None) -> "list[PrintedReport]":
        """Print the reports of a day somewhere: of all projects and of each one, or of one."""
        from chalicelib.daily.print_reports import print_day

        return print_day(day, reports, self.printing, project=project)[1]

    def watch_nights(self) -> "Iterator[Drift | Exception]":
        """Look for cameras that changed. An error is yielded: reports are printed all the same."""
        try:
            yield from self._drift.watch_nights(self.settings.zone)
        except Exception as error:  # noqa: BLE001 - the handler raises it, with the others
            yield error

    def print_ended_days(self) -> "Iterator[Done | Exception]":
        """Print what is due."""
        from chalicelib.daily.print_reports import print_ended_days

        return print_ended_days(
            zone=self.settings.zone,
            stage=self.platform.settings.stage,
            reports=self.reports,
            printing=self.printing,
            subscribers=self.subscribers,
            clock=self.platform.clock,
        )
