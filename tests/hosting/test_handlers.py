"""The function that follows: one project that fails stops no other, and people learn of trouble."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.measurements import SIGN_OF_LIFE
from chalicelib.composition import Linewatch
from chalicelib.hosting.backlog import LONGEST_BACKLOG, Backlogs, not_hosted, stopped_lines
from chalicelib.hosting.domain import HostingBusy, Workers
from chalicelib.hosting.handlers import follow_hosting
from chalicelib.projects.domain import ModelStatus
from tests.hosting.test_follow import a_version, with_sleeper
from tests.projects.world import World, a_project
from tests.support.builders import FakeClock
from tests.support.deployment import a_linewatch
from tests.support.fake_hosting import FakeMappings, FakeModelCheck
from tests.support.fake_projects import FakeRegistry

MINUTE = 60


class Waiting:
    """Queues in which so many messages wait."""

    def __init__(self) -> None:
        self.count = 0

    def waiting_if_there(self, queue: str) -> int | None:
        return self.count


class Unmeasured:
    """Queues as on the emulator."""

    def oldest(self, queue: str) -> timedelta | None:
        return None


def linewatch_of(world: World) -> tuple[Linewatch, Waiting]:
    """The handler's composition on the fakes of a world."""
    linewatch: Any = a_linewatch(world.clock)
    linewatch.hosting.hosting = world.hosting
    linewatch.hosting.queues = world.queues
    linewatch.hosting.ages = Unmeasured()
    linewatch.platform.queues = queues = Waiting()
    return linewatch, queues


def metrics_of(caplog: pytest.LogCaptureFixture) -> dict[str, int]:
    """The metrics of the last run."""
    found: dict[str, int] = {}
    for record in caplog.records:
        found |= {name: getattr(record, "fields")[name] for name in getattr(record, "metrics", [])}  # noqa: B009
    return found


@pytest.fixture(autouse=True)
def logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="linewatch")


def test_a_run_follows_all_projects_and_one_that_fails_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(FakeMappings):
        def create(self, queue: str, most: int) -> Workers:
            if queue.endswith("aaa"):
                raise ConnectionError("AWS is down")
            return super().create(queue, most)

    world = a_version()
    world.mappings = Failing()
    world.registry.records["aaa"] = world.record.__class__(
        name="aaa", revision=1, project=world.record.project, models={1: world.record.models[1]}
    )
    world.files.put("aaa", 1, b"model")
    linewatch, _ = linewatch_of(world)
    with pytest.raises(ConnectionError):
        follow_hosting({}, linewatch.hosting)
    assert world.record.models[1].status is ModelStatus.HOSTED
    assert metrics_of(caplog) == {"NotHostedCount": 0, "LongestWait": 0}


def test_a_woken_run_follows_its_project_alone() -> None:
    world = a_version()
    linewatch, _ = linewatch_of(world)
    follow_hosting({"project": "plates"}, linewatch.hosting)
    assert world.record.models[1].status is ModelStatus.HOSTED


def test_a_failed_start_is_counted_until_somebody_acts(caplog: pytest.LogCaptureFixture) -> None:
    world = a_version()
    world.files.stored.clear()
    linewatch, _ = linewatch_of(world)
    follow_hosting({}, linewatch.hosting)
    assert metrics_of(caplog)["NotHostedCount"] == 1
    assert "the file of version 1 is missing" in json.dumps(
        [getattr(r, "fields", {}) for r in caplog.records], default=str
    )
    world.delete_model()
    follow_hosting({}, linewatch.hosting)
    assert metrics_of(caplog)["NotHostedCount"] == 0


def test_a_project_that_was_stopped_on_purpose_is_in_no_trouble() -> None:
    world = a_version()
    world.follow()
    world.stop_model()
    assert not_hosted(world.record, world.clock() + timedelta(days=1)) is None
    assert not_hosted(a_project().record, world.clock()) is None


def test_a_start_may_take_five_minutes() -> None:
    world = a_version()
    asked = world.clock()
    assert not_hosted(world.record, asked + timedelta(minutes=5)) is None
    assert "STARTING_HOSTING since" in str(not_hosted(world.record, asked + timedelta(minutes=6)))
    with_sleeper(world).stop_model()
    assert "STOPPING_HOSTING since" in str(not_hosted(world.record, asked + timedelta(minutes=6)))


def test_the_longest_wait_of_images_of_hosted_projects_is_measured(caplog: pytest.LogCaptureFixture) -> None:
    world = a_version()
    world.follow()
    linewatch, queues = linewatch_of(world)
    queues.count = 5
    for minute in range(12):
        caplog.clear()
        follow_hosting({}, linewatch.hosting)
        assert metrics_of(caplog)["LongestWait"] == minute * MINUTE * 1000
        assert ("images of a hosted project wait" in caplog.messages) is (minute > 10)
        world.clock.pass_by(MINUTE)
    world.stop_model()
    follow_hosting({}, linewatch.hosting)
    assert metrics_of(caplog)["LongestWait"] == 0


def test_a_moment_without_waiting_images_ends_a_backlog() -> None:
    clock = FakeClock()
    backlogs = Backlogs(clock)
    for count in (5, 5, 0, 5):
        found = backlogs.look(["plates"], lambda _, count=count: count, unmeasured)  # type: ignore[misc]
        assert all(each.lasts <= LONGEST_BACKLOG for each in found.values())
        clock.pass_by(LONGEST_BACKLOG.total_seconds())


@pytest.mark.parametrize(
    ("kept", "minute", "tested"),
    [(False, 0, []), (True, 1, []), (True, 0, [("plates", 1)]), (True, 5, [("plates", 1)])],
)
def test_a_worker_is_kept_ready_for_what_is_hosted_where_it_is_wanted(
    caplog: pytest.LogCaptureFixture, kept: bool, minute: int, tested: list[tuple[str, int]]
) -> None:
    world = a_version()
    world.follow()
    world.check.tested.clear()
    world.check.failures["plates", 1] = "version 1 failed its test: it is damaged"
    world.clock.now = world.clock.now.replace(minute=minute)
    linewatch, _ = linewatch_of(world)
    linewatch.hosting.keep_warm = kept
    follow_hosting({}, linewatch.hosting)
    assert world.check.tested == tested
    assert ("a hosted version failed its test" in caplog.messages) is bool(tested)


def test_a_stopped_version_is_not_tested_and_a_busy_function_is_no_failure() -> None:
    class Busy(FakeModelCheck):
        def failure(self, project: str, version: int) -> str | None:
            raise HostingBusy

    world = a_version()
    world.check.failures["plates", 1] = "it is damaged"
    assert world.hosting.test_hosted("plates") is None
    world.check.failures.clear()
    world.follow()
    assert replace(world.hosting, check=Busy()).test_hosted("plates") is None


@pytest.mark.parametrize(("age", "lasts"), [(3, 3), (600, 20), (None, 20)])
def test_in_a_queue_that_is_never_empty_the_age_of_the_oldest_image_counts(age: int | None, lasts: int) -> None:
    """It may be older than the start of the model."""
    clock = FakeClock()
    backlogs = Backlogs(clock)
    backlogs.look(["plates"], lambda _: 5, unmeasured)
    clock.pass_by(20 * MINUTE)
    found = backlogs.look(["plates"], lambda _: 5, lambda _: None if age is None else timedelta(minutes=age))
    assert found["plates"].lasts == timedelta(minutes=lasts)


def unmeasured(_project: str) -> timedelta | None:
    return None


WATCHED = (("plates", "line-1"), ("cups", "line-1"), ("all", "all"))


def test_no_image_is_expected_of_a_project_that_was_stopped_on_purpose() -> None:
    world = a_version()
    assert quiet(world) == set()
    world.follow()
    assert quiet(world) == set()
    world.stop_model()
    assert quiet(world) == {("plates", "line-1"), ("all", "all")}


def test_a_start_that_failed_is_no_stop_on_purpose_until_somebody_stops_it() -> None:
    world = a_version()
    world.files.stored.clear()
    world.follow()
    assert quiet(world) == set()
    world.stop_model()
    world.follow()
    assert not_hosted(world.record, world.clock()) is None
    assert quiet(world) == {("plates", "line-1"), ("all", "all")}


def test_a_stage_whose_models_were_only_published_expects_images() -> None:
    assert list(stopped_lines(WATCHED, FakeRegistry())) == []


def test_a_watched_line_that_is_stopped_has_a_sign_of_life(caplog: pytest.LogCaptureFixture) -> None:
    linewatch, _ = linewatch_of(a_project())
    linewatch.platform._settings = replace(linewatch.platform.settings, watched_lines=(("plates", "line-1"),))
    del linewatch.platform.settings
    follow_hosting({}, linewatch.hosting)
    [line] = [record for record in caplog.records if record.message == "no image is expected"]
    assert line.__dict__["fields"] == {"project": "plates", "line": "line-1", SIGN_OF_LIFE: 0}


def quiet(world: World) -> set[tuple[str, str]]:
    return set(stopped_lines(WATCHED, world.registry))
