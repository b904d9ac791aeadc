"""Calendars are set by the API, the command line and the bucket; a broken file changes nothing."""

from datetime import timedelta

import pytest

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import Forbidden, InvalidRequest, NotFound
from chalicelib.shifts.change import change
from chalicelib.shifts.domain import DEFAULT_GRACE, CalendarRecord
from chalicelib.shifts.import_calendars import Imported, import_calendars
from chalicelib.shifts.limits import MOST_SHIFTS, require_affordable
from chalicelib.shifts.set_calendar import end_override, forget_calendar, override, remove_calendar
from chalicelib.shifts.show import show_file, show_week
from tests.shifts.calendars import calendar_of, content_of, event, utc
from tests.shifts.world import EARLY, LATE, OPERATOR, World

BROKEN = EARLY.replace(b"FREQ=DAILY", b"FREQ=NEVER")


def imported(world: World) -> list[Imported | Exception]:
    return list(import_calendars(storage=world.storage))


def test_a_calendar_is_stored_as_it_came_and_as_what_it_means() -> None:
    world = World()
    record = world.set(grace=timedelta(minutes=5))
    assert (record.number, record.set_by, record.grace) == (1, "anna", timedelta(minutes=5))
    assert show_file("plates", OPERATOR, storage=world.storage) == EARLY
    assert world.set(LATE).grace == timedelta(minutes=5)
    assert show_file("plates", OPERATOR, storage=world.storage) == LATE


def test_a_broken_file_is_refused_and_the_old_one_stays() -> None:
    world = World()
    before = world.set()
    with pytest.raises(InvalidRequest, match="line 8: RRULE"):
        world.set(BROKEN)
    assert world.record == before


@pytest.mark.parametrize("minutes", [-1, 721])
def test_a_grace_has_bounds(minutes: int) -> None:
    with pytest.raises(InvalidRequest, match="grace_minutes"):
        World().set(grace=timedelta(minutes=minutes))


def test_a_calendar_belongs_to_the_project_of_the_key_which_exists() -> None:
    world = World()
    with pytest.raises(Forbidden):
        show_week("rings", OPERATOR, storage=world.storage)
    with pytest.raises(NotFound, match="there is no project cups"):
        show_week("cups", Grant("a", Role.ADMIN, "cups"), storage=world.storage)
    with pytest.raises(NotFound, match="has no calendar"):
        show_week("plates", OPERATOR, storage=world.storage)


def test_a_calendar_that_is_removed_is_followed_no_more() -> None:
    world = World()
    world.set()
    remove_calendar("plates", OPERATOR, storage=world.storage)
    assert world.at("06:00") == []
    with pytest.raises(NotFound):
        remove_calendar("plates", OPERATOR, storage=world.storage)


def test_an_override_needs_a_calendar_and_a_time_to_come() -> None:
    world = World()
    with pytest.raises(NotFound):
        override("plates", OPERATOR, run=True, storage=world.storage)
    world.set()
    with pytest.raises(InvalidRequest, match="until: must be later than now"):
        override("plates", OPERATOR, run=True, until=world.clock(), storage=world.storage)
    assert override("plates", OPERATOR, run=True, storage=world.storage).override is not None
    assert end_override("plates", OPERATOR, storage=world.storage).override is None


def test_a_file_in_the_bucket_is_taken_once() -> None:
    world = World()
    world.files.put["plates"] = ("e1", EARLY)
    assert imported(world) == [Imported("plates", None)]
    assert (world.record.set_by, world.record.grace) == ("bucket", DEFAULT_GRACE)
    assert imported(world) == []
    world.set(LATE)
    assert imported(world) == []
    world.files.put["plates"] = ("e2", EARLY)
    assert imported(world) == [Imported("plates", None)]


def test_a_broken_file_in_the_bucket_is_noted_and_the_old_one_stays() -> None:
    world = World()
    before = world.set()
    world.files.put["plates"] = ("e1", BROKEN)
    [refused] = imported(world)
    assert refused == Imported("plates", "line 8: RRULE cannot be read: 'FREQ=NEVER'")
    assert (world.record.revision, world.record.refusal.reason) == (before.revision, refused.refused)  # type: ignore[union-attr]
    assert imported(world) == []
    assert world.set().refusal is None


def test_a_first_file_that_is_broken_is_named_to_who_looks() -> None:
    world = World()
    world.files.put["plates"] = ("e1", BROKEN)
    imported(world)
    with pytest.raises(NotFound, match="the last file was refused: line 8"):
        show_week("plates", OPERATOR, storage=world.storage)
    assert world.at("06:00") == []


def test_a_file_of_a_project_that_does_not_exist_waits_for_it() -> None:
    world = World()
    stopped = world.hosting.projects.pop("plates")
    world.files.put["plates"] = ("e1", EARLY)
    assert imported(world) == []
    world.hosting.projects["plates"] = stopped
    assert imported(world) == [Imported("plates", None)]


def test_a_calendar_that_was_removed_does_not_come_back_from_the_bucket() -> None:
    world = World()
    world.files.put["plates"] = ("e1", EARLY)
    imported(world)
    remove_calendar("plates", OPERATOR, storage=world.storage)
    assert imported(world) == []


def test_an_error_with_one_file_does_not_keep_the_others() -> None:
    world = World()
    world.files.put |= {"plates": ("e1", EARLY), "rings": ("e1", LATE)}
    world.hosting.broken.add("plates")
    [error, taken] = imported(world)
    assert isinstance(error, ConnectionError)
    assert taken == Imported("rings", None)


def test_shifts_beyond_number_and_rules_beyond_work_are_refused_with_their_line() -> None:
    many = event(":20260302T000000", ":20260302T000100", "RRULE:FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))))
    calendar = calendar_of(*many * (MOST_SHIFTS // (24 * 44) + 1))
    with pytest.raises(InvalidRequest, match=r"line \d+: there are more than"):
        require_affordable(calendar, utc("2026-03-16 00:00"))
    seconds = iter(range(0, 100, 5))
    with pytest.raises(InvalidRequest, match=r"line 10: the events repeat too often"):
        require_affordable(calendar_of(*many * 2), utc("2026-03-16 00:00"), seconds=lambda: float(next(seconds)))


def test_of_two_who_change_a_record_at_once_none_is_lost() -> None:
    world = World()
    world.set()
    notes: list[str] = []

    def make(record: CalendarRecord) -> CalendarRecord:
        if not notes:
            world.set(LATE)
        notes.append(record.revision or "")
        return record

    change("plates", make, world.calendars)
    assert len(notes) == 2
    assert show_file("plates", OPERATOR, storage=world.storage) == LATE


def test_a_file_without_a_shift_in_it_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="no events"):
        World().set(content_of())


def test_what_is_set_is_forgotten_with_its_project() -> None:
    world = World()
    forget_calendar("plates", calendars=world.calendars)
    assert not world.calendars.records
    world.set()
    override("plates", OPERATOR, run=True, storage=world.storage)
    before = world.record.number
    forget_calendar("plates", calendars=world.calendars)
    assert world.record == CalendarRecord(project="plates", number=before + 1)
