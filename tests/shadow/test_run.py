"""A shadow run is started by an admin for so many images or hours, stopped, and read at any time."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import Forbidden, InvalidRequest, NotFound
from chalicelib.core.unreadable import Unreadable
from chalicelib.core.verdict import Label
from chalicelib.projects.errors import Conflict
from chalicelib.shadow.run import NewShadow, estimate_shadow
from tests.projects.world import ADMIN, OPERATOR
from tests.promotion.world import DENT, GOOD, SCRATCH
from tests.shadow.world import Line

HOUR = 3600


def test_a_run_shows_both_versions_on_the_same_images_with_the_reviews_as_they_are_now() -> None:
    line = Line()
    line.start(images=10)
    good, scratch = line.plant.inspect("a", GOOD), line.plant.inspect("b", SCRATCH)
    line.judge(good, scratch, line.plant.inspect("c", DENT))
    figures = line.show().outcome.figures
    assert figures is not None
    assert (figures.images, figures.bad, figures.candidate.stopped, figures.hosted.stopped) == (3, 0, 2, 1)
    line.plant.review(scratch, Label.ANOMALOUS, hours=1)
    outcome = line.show().outcome
    assert outcome.figures is not None
    assert (outcome.figures.hosted.escapes, outcome.figures.candidate.escapes) == (1, 0)
    assert [each.key for each in outcome.flips] == [scratch.key]


def test_the_same_start_again_makes_sure_that_images_are_sent() -> None:
    line = Line()
    first = line.start()
    line.rules.opened.clear()
    line.plant.world.clock.pass_by(60)
    assert line.start() == first
    assert line.rules.opened == {"plates"}


def test_one_version_runs_in_the_shadow_at_a_time_and_the_next_one_after_it() -> None:
    line = Line()
    line.plant.world.import_model()
    line.start("2", hours=1)
    with pytest.raises(Conflict, match="version 2 runs in the shadow: wait until it has ended, or stop it"):
        line.start("3")
    line.plant.world.clock.pass_by(HOUR)
    assert line.start("3").version == 3


@pytest.mark.parametrize(
    ("version", "images", "hours", "error", "message"),
    [
        ("1", 10, 1, Conflict, "version 1 is the hosted one"),
        ("2", 0, 1, InvalidRequest, "images"),
        ("2", 10, 745, InvalidRequest, "hours"),
    ],
)
def test_what_cannot_run_in_the_shadow_is_refused(
    version: str, images: int, hours: int, error: type[Exception], message: str
) -> None:
    line = Line()
    with pytest.raises(error, match=message):
        line.start(version, images=images, hours=hours)
    assert line.rules.opened == set()


def test_without_a_hosted_version_there_is_no_shadow() -> None:
    line = Line()
    line.plant.world.stop_model()
    with pytest.raises(Conflict, match="has no hosted version"):
        line.start()


@pytest.mark.parametrize("grant", [OPERATOR, Grant("a", Role.ADMIN, "cups"), replace(ADMIN, role=Role.VIEWER)])
def test_only_an_admin_of_the_project_starts_one(grant: Grant) -> None:
    with pytest.raises(Forbidden):
        Line().start(grant=grant)


def test_a_run_that_is_stopped_gets_no_more_images_and_keeps_what_it_judged() -> None:
    line = Line()
    line.start()
    line.judge(line.plant.inspect("a", GOOD))
    assert line.stop().end == "a1 stopped it"
    assert line.rules.opened == set()
    line.judge(line.plant.inspect("b", GOOD))
    assert line.show().judged == 1
    assert line.stop() == line.shadow


def test_a_review_that_cannot_be_read_is_left_out_and_logged(lines: list[dict[str, Any]]) -> None:
    line = Line()
    line.start()
    line.judge(line.plant.inspect("a", GOOD))
    line.plant.reviews.broken.append(Unreadable("inspections table", "x", "broken"))
    assert line.show().judged == 1
    assert [each["name"] for each in lines if each["message"] == "unreadable, left out"] == ["x"]


def test_a_project_without_a_shadow_run_says_so() -> None:
    with pytest.raises(NotFound):
        Line().show()
    with pytest.raises(NotFound):
        Line().stop()


def test_the_version_in_the_shadow_is_not_deleted_before_the_run_has_ended() -> None:
    line = Line()
    line.start()
    with pytest.raises(Conflict, match="version 2 runs in the shadow of version 1: stop that first"):
        line.plant.world.delete_model("2")
    line.stop()
    line.plant.world.delete_model("2")


def test_what_a_run_takes_is_said_by_the_inspections_of_the_last_day() -> None:
    line = Line()
    wanted = NewShadow(version="2", images=100)
    assert estimate_shadow("plates", wanted, ADMIN, shadowing=line.shadowing) == pytest.approx(20)
    found = line.plant.inspect("a", GOOD)
    line.plant.table.items[found.inspection_id, "live"] = replace(found, inspection_ms=50.0)
    assert estimate_shadow("plates", wanted, ADMIN, shadowing=line.shadowing) == pytest.approx(5)
