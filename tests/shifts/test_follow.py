"""Each minute: every project gets what its calendar says, and no project stands in the way of another."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.shifts.follow import Followed, Late, Outcome, Quiet
from chalicelib.shifts.ports import HostingState
from chalicelib.shifts.set_calendar import override
from tests.shifts.calendars import BERLIN, content_of, event
from tests.shifts.world import EARLY, LATE, OPERATOR, World


def runs(followed: list[Outcome | Exception]) -> dict[str, bool]:
    assert not [each for each in followed if isinstance(each, Exception)]
    return {each.project: each.decision.run for each in followed if isinstance(each, Followed)}


def test_a_model_is_started_before_its_shift_and_stopped_after_it() -> None:
    world = World()
    world.set()
    assert runs(world.at("03:00")) == {"plates": False}  # the calendar takes over
    assert runs(world.at("04:57")) == {}
    assert runs(world.at("04:58")) == {"plates": True}
    assert runs(world.at("05:00")) == {}
    world.hosting.projects["plates"] = replace(world.hosting.projects["plates"], waiting=0)
    assert runs(world.at("13:01")) == {}
    assert runs(world.at("13:02")) == {"plates": False}


def test_a_run_that_is_repeated_asks_for_nothing_twice() -> None:
    world = World()
    world.set()
    world.at("04:58")
    world.follow()
    assert [run for _, _, run in world.hosting.written] == [True]


def test_a_plan_is_worked_out_once_a_day_and_revision() -> None:
    world = World()
    world.set()
    for time in ("04:00", "04:01", "04:02"):
        world.at(time)
    assert world.files.reads == 1
    world.set(LATE)
    world.at("04:03")
    assert world.files.reads == 2
    world.clock.pass_by(86400)
    world.follow()
    assert world.files.reads == 3


def test_a_project_that_cannot_be_followed_does_not_stop_the_others() -> None:
    for broken in ("hosting", "file", "record"):
        world = World()
        world.set(project="plates")
        world.set(LATE, project="rings")
        match broken:
            case "hosting":
                world.hosting.broken.add("plates")
            case "file":
                del world.files.kept["plates", world.record.revision or ""]
            case "record":
                world.calendars.broken.add("plates")
        followed = world.at("12:58")
        assert [each.project for each in followed if isinstance(each, Followed)] == ["rings"]
        assert len([each for each in followed if isinstance(each, Exception)]) == (0 if broken == "record" else 1)


def test_the_calendar_of_a_project_that_is_gone_is_removed() -> None:
    world = World()
    world.set()
    del world.hosting.projects["plates"]
    assert world.follow() == []
    assert world.calendars.records == {}


def test_nothing_is_started_where_nobody_ever_started_a_version() -> None:
    world = World()
    world.set()
    world.hosting.projects["plates"] = replace(world.hosting.projects["plates"], version=None)
    assert world.at("06:00") == []


def test_a_measured_warm_up_is_kept_for_the_next_start() -> None:
    world = World()
    world.set()
    world.hosting.starting = timedelta(minutes=4)
    world.at("04:58")
    world.at("05:03")
    assert world.record.warm_up == timedelta(minutes=4)
    world.clock.pass_by(9 * 3600)
    world.follow()
    world.clock.now += timedelta(hours=14, minutes=51)  # 04:54 of the next day: six minutes before the shift
    assert runs(world.follow()) == {}
    world.clock.pass_by(60)
    assert runs(world.follow()) == {"plates": True}


def test_a_start_that_failed_is_tried_again_after_ten_minutes() -> None:
    world = World()
    world.set()
    world.at("04:58")
    world.hosting.projects["plates"] = replace(world.hosting.projects["plates"], state=HostingState.FAILED)
    assert runs(world.at("05:07")) == {}
    assert runs(world.at("05:08")) == {"plates": True}
    world.hosting.projects["plates"] = replace(world.hosting.projects["plates"], state=HostingState.FAILED)
    assert runs(world.at("20:00")) == {"plates": False}  # nobody needs it any more


def test_a_person_who_stops_the_model_is_obeyed_until_the_next_boundary() -> None:
    world = World()
    world.set()
    world.at("04:58")
    world.clock.pass_by(3600)
    world.hosting.ask("plates", run=False, who="anna")
    assert runs(world.at("09:00")) == {}
    assert runs(world.at("13:00")) == {}
    world.clock.pass_by(16 * 3600)  # the shift of the next day
    assert runs(world.follow()) == {"plates": True}


def test_a_model_that_was_started_before_there_was_a_calendar_follows_it_at_once() -> None:
    world = World()
    world.hosting.ask("plates", run=True, who="anna")
    world.clock.pass_by(60)
    world.set()
    assert runs(world.at("03:02")) == {"plates": False}
    world.hosting.ask("plates", run=True, who="anna")
    world.clock.pass_by(60)
    world.set(LATE)  # another file is no order
    assert runs(world.follow()) == {}


def test_an_override_is_followed_and_then_the_calendar_again() -> None:
    world = World()
    world.set(EARLY)
    world.at("06:00")
    override("plates", OPERATOR, run=False, until=world.clock() + timedelta(hours=2), storage=world.storage)
    assert runs(world.at("06:01")) == {"plates": False}
    assert runs(world.at("07:59")) == {}
    assert runs(world.at("08:00")) == {"plates": True}


def test_a_shift_without_a_model_is_late_after_five_minutes() -> None:
    world = World()
    world.set()
    world.at("04:58")
    world.hosting.projects["plates"] = replace(world.hosting.projects["plates"], state=HostingState.FAILED)
    assert Late("plates", HostingState.FAILED) not in world.at("05:04")
    assert Late("plates", HostingState.FAILED) in world.at("05:05")
    assert not [each for each in world.at("13:00") if isinstance(each, Late)]


def test_a_model_that_a_person_stopped_is_not_late() -> None:
    world = World()
    world.set()
    world.at("04:58")
    world.clock.pass_by(3600)
    world.hosting.ask("plates", run=False, who="anna")
    assert world.at("09:00") == []


def test_no_image_is_expected_outside_of_shifts_even_while_the_model_runs() -> None:
    world = World()
    world.set(content_of(BERLIN, *event(":20260316T060000", ":20260316T090000"), *event(":20260316T093000", LATER)))
    for time, quiet in (("04:58", True), ("05:00", False), ("07:59", False), ("08:00", True), ("08:30", False)):
        assert (Quiet("plates") in world.at(time)) is quiet, time
    assert world.hosting.projects["plates"].wish is not None
    assert world.hosting.projects["plates"].wish.run


LATER = ":20260316T140000"
