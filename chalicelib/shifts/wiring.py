"""Builds the capability of shift calendars."""

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.inspections.wiring import InspectionsWiring
from chalicelib.projects.wiring import ProjectsWiring

if TYPE_CHECKING:
    from chalicelib.core.events import DayInspected
    from chalicelib.shifts.domain import Calendar, CalendarRecord
    from chalicelib.shifts.follow import Outcome
    from chalicelib.shifts.import_calendars import Imported
    from chalicelib.shifts.ports import CalendarFiles, Calendars, DesiredHosting
    from chalicelib.shifts.set_calendar import Storage
    from chalicelib.shifts.show import Week


class ShiftsWiring:
    """The table and the files of calendars, the hosting that they want, and the use cases."""

    def __init__(self, platform: Platform, projects: ProjectsWiring, inspections: InspectionsWiring) -> None:
        self.platform = platform
        self._projects = projects
        self._inspections = inspections

    @cached_property
    def calendars(self) -> "Calendars":
        """The table of calendars."""
        from chalicelib.shifts.dynamodb import DynamoDBCalendars

        return DynamoDBCalendars(self.platform.clients.dynamodb, self.platform.settings.name("calendars"))

    @cached_property
    def files(self) -> "CalendarFiles":
        """The files in the bucket."""
        from chalicelib.shifts.s3 import S3CalendarFiles

        return S3CalendarFiles(self.platform.clients.s3, self.platform.settings.bucket)

    @cached_property
    def hosting(self) -> "DesiredHosting":
        """The hosting of projects."""
        from chalicelib.shifts.registry_hosting import RegistryHosting

        queue_of, queues = self.platform.settings.project_queue, self.platform.queues
        return RegistryHosting(
            self._projects.registry,
            self._projects.start_model,
            self._projects.stop_model,
            waiting=lambda project: queues.waiting_if_there(queue_of(project)) or 0,
        )

    @cached_property
    def storage(self) -> "Storage":
        """What the use cases work on."""
        from chalicelib.shifts.set_calendar import Storage

        return Storage(
            calendars=self.calendars, files=self.files, hosting=self.hosting, read=_read, clock=self.platform.clock
        )

    @cached_property
    def set_calendar(self) -> "Callable[..., CalendarRecord]":
        """Set a calendar."""
        from chalicelib.shifts.set_calendar import set_calendar

        return partial(set_calendar, storage=self.storage)

    @cached_property
    def import_calendars(self) -> "Callable[[], Iterator[Imported | Exception]]":
        """Take the files that were put into the bucket."""
        from chalicelib.shifts.import_calendars import import_calendars

        return partial(import_calendars, storage=self.storage)

    @cached_property
    def remove_calendar(self) -> Callable[..., None]:
        """Forget a calendar."""
        from chalicelib.shifts.set_calendar import remove_calendar

        return partial(remove_calendar, storage=self.storage)

    @cached_property
    def forget_calendar(self) -> "Callable[[str], None]":
        """Forget what is set for a project that is being deleted."""
        from chalicelib.shifts.set_calendar import forget_calendar

        return partial(forget_calendar, calendars=self.calendars)

    @cached_property
    def override(self) -> "Callable[..., CalendarRecord]":
        """Override a calendar."""
        from chalicelib.shifts.set_calendar import override

        return partial(override, storage=self.storage)

    @cached_property
    def end_override(self) -> "Callable[..., CalendarRecord]":
        """Follow a calendar again."""
        from chalicelib.shifts.set_calendar import end_override

        return partial(end_override, storage=self.storage)

    @cached_property
    def show_week(self) -> "Callable[..., Week]":
        """Show what will happen."""
        from chalicelib.shifts.show import show_week

        return partial(show_week, storage=self.storage)

    @cached_property
    def show_file(self) -> Callable[..., bytes]:
        """The file as it came."""
        from chalicelib.shifts.show import show_file

        return partial(show_file, storage=self.storage)

    @cached_property
    def show_record(self) -> "Callable[..., CalendarRecord]":
        """Show what is stored."""
        from chalicelib.shifts.show import show_record

        return partial(show_record, storage=self.storage)

    @cached_property
    def set_end_of_day(self) -> "Callable[..., CalendarRecord]":
        """Inspect the images of each day."""
        from chalicelib.shifts.set_end_of_day import set_end_of_day

        return partial(set_end_of_day, storage=self.storage)

    @cached_property
    def remove_end_of_day(self) -> "Callable[..., CalendarRecord]":
        """Inspect no day's images any more."""
        from chalicelib.shifts.set_end_of_day import remove_end_of_day

        return partial(remove_end_of_day, storage=self.storage)

    @cached_property
    def inspect_days(self) -> "Callable[[], Iterator[DayInspected | Exception]]":
        """Go on with the inspections of days."""
        from chalicelib.shifts.inspect_days import Days
        from chalicelib.shifts.s3_images import S3DayImages

        return Days(
            calendars=self.calendars,
            hosting=self.hosting,
            images=S3DayImages(self.platform.clients.s3, self.platform.settings.bucket),
            inspections=lambda: self._inspections.table,
            route=self._inspections.route_images,
            bus=self.platform.event_bus,
            clock=self.platform.clock,
        ).inspect

    @cached_property
    def follow_calendars(self) -> "Callable[[], Iterator[Outcome | Exception]]":
        """Follow all calendars."""
        from chalicelib.shifts.follow import follow_calendars
        from chalicelib.shifts.plans import Plans

        return partial(
            follow_calendars,
            calendars=self.calendars,
            plans=Plans(self.files),
            hosting=self.hosting,
            clock=self.platform.clock,
        )


def _read(content: bytes) -> "Calendar":
    """Only who sets a calendar needs icalendar."""
    from chalicelib.shifts.calendar_file import read_calendar

    return read_calendar(content)
