"""Two versions judge the same images: in parts, by workers that may die, each image once."""

from dataclasses import replace

import pytest

from chalicelib.core.figures import Figures, VersionCounts
from chalicelib.core.unreadable import Unreadable
from chalicelib.core.verdict import Label, Verdict
from chalicelib.promotion.answers import share_done, state_of
from chalicelib.promotion.domain import PART, Replay
from tests.projects.mortal import deaths
from tests.promotion.world import DENT, GOOD, SCRATCH, Plant, a_plant
from tests.support.fake_promotion import PASSED, STOPPED


def a_day(plant: Plant) -> None:
    """A good part, a dent and a scratch; a person has looked at all three."""
    for name, content, label in (
        ("a", GOOD, Label.NORMAL),
        ("b", DENT, Label.ANOMALOUS),
        ("c", SCRATCH, Label.ANOMALOUS),
    ):
        plant.review(plant.inspect(name, content), label)


def test_escapes_false_rejects_and_flips_of_both_versions_are_counted() -> None:
    plant = a_plant()
    a_day(plant)
    outcome = plant.compared().outcome
    assert outcome is not None
    assert outcome.figures == Figures(
        images=3,
        bad=2,
        good=1,
        candidate=VersionCounts(stopped=2, escapes=0, false_rejects=0),
        hosted=VersionCounts(stopped=1, escapes=1, false_rejects=0),
        now_stopped=1,
        now_passed=0,
    )
    [flip] = outcome.flips
    assert (flip.key.rpartition("/")[2], flip.candidate, flip.hosted) == ("c", STOPPED, PASSED)


def test_what_the_line_has_judged_by_the_hosted_version_is_not_judged_again() -> None:
    plant = a_plant()
    plant.inspect("a", GOOD)
    plant.inspect("b", DENT, version="3")
    progress = plant.compared()
    assert progress.plan is not None
    assert progress.plan.predictions == 3
    assert plant.models.versions["1"].seen == [DENT]
    assert sorted(plant.models.versions["2"].seen) == [DENT, GOOD]


def test_images_of_the_wanted_days_are_compared_the_newest_first_and_all_that_have_a_review() -> None:
    plant = a_plant()
    old = plant.inspect("old", SCRATCH, days_ago=40)
    plant.review(old, Label.ANOMALOUS)
    for number in range(5):
        plant.inspect(f"day-{number}", GOOD, days_ago=number + 0.5)
    progress = plant.compared(days=4, images=3)
    judged = {each.key.rpartition("/")[2] for part in plant.files.results.values() for each in part}
    assert judged == {"day-0", "day-1", "day-2", "old"}
    assert progress.plan is not None
    assert (progress.plan.images, progress.plan.reviewed) == (4, 1)


def test_images_that_the_retention_removed_meanwhile_are_counted_and_no_failure() -> None:
    plant = a_plant()
    a_day(plant)
    comparison = plant.begin()
    plant.work()
    plant.images.stored.popitem()
    plant.work_all()
    outcome = plant.show(comparison).outcome
    assert outcome is not None
    assert outcome.figures is not None
    assert (outcome.failure, outcome.gone, outcome.figures.images) == ("", 1, 2)


def test_an_image_that_only_one_version_judges_is_counted_apart() -> None:
    plant = a_plant()
    plant.inspect("a", GOOD + b" broken", version="1")
    outcome = plant.compared().outcome
    assert outcome is not None
    assert outcome.figures is not None
    assert (outcome.unjudged, outcome.gone, outcome.figures.images) == (1, 0, 0)


def test_inspections_and_reviews_that_cannot_be_read_are_left_out_and_counted() -> None:
    plant = a_plant()
    a_day(plant)
    plant.table.broken["x"] = Unreadable("inspections table", "x", "broken", "{}")
    plant.reviews.broken.append(Unreadable("inspections table", "y", "broken", "{}"))
    plan = plant.compared().plan
    assert plan is not None
    assert (plan.images, plan.unreadable) == (3, 2)


def test_rejected_images_are_not_compared_and_failed_ones_are() -> None:
    plant = a_plant()
    rejected = plant.inspect("a", GOOD)
    plant.table.items[rejected.inspection_id, "live"] = replace(rejected, verdict=Verdict.REJECTED)
    failed = plant.inspect("b", GOOD)
    plant.table.items[failed.inspection_id, "live"] = replace(failed, verdict=Verdict.FAILED)
    plan = plant.compared().plan
    assert plan is not None
    assert (plan.images, plan.predictions) == (1, 2)


def test_the_work_goes_in_parts_and_its_progress_is_seen() -> None:
    plant = a_plant()
    for number in range(2 * PART + 1):
        plant.inspect(f"{number}", GOOD)
    comparison = plant.begin()
    seen = [(state_of(plant.show(comparison)), share_done(plant.show(comparison)))]
    while plant.queue.waiting:
        plant.work()
        seen.append((state_of(plant.show(comparison)), share_done(plant.show(comparison))))
    assert seen == [("waiting", 0.0), ("running", 0.0), ("running", 0.3333), ("running", 0.6667), ("ended", 1.0)]


def test_a_comparison_of_no_images_ends() -> None:
    outcome = a_plant().compared().outcome
    assert outcome is not None
    assert outcome.figures is not None
    assert outcome.figures.images == 0


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_version_that_does_not_load_ends_the_comparison_with_the_reason(version: str) -> None:
    plant = a_plant()
    a_day(plant)
    plant.models.refused.add(version)
    progress = plant.compared()
    assert state_of(progress) == "failed"
    assert progress.outcome is not None
    assert f"version {version} of project 'plates' is refused" in progress.outcome.failure


def test_a_version_that_is_deleted_meanwhile_ends_it_too() -> None:
    plant = a_plant()
    a_day(plant)
    comparison = plant.begin()
    plant.work()
    plant.world.delete_model("2")
    plant.work_all()
    outcome = plant.show(comparison).outcome
    assert outcome is not None
    assert outcome.failure == "version 2 was deleted"


def test_a_message_that_comes_twice_counts_nothing_twice() -> None:
    plant = a_plant()
    a_day(plant)
    comparison = plant.begin()
    plant.queue.waiting *= 3
    plant.work()
    plant.queue.waiting *= 2
    plant.work_all()
    outcome = plant.show(comparison).outcome
    assert outcome is not None
    assert outcome.figures is not None
    assert outcome.figures.images == 3
    assert len(plant.models.versions["2"].seen) == 3


def test_of_two_workers_that_plan_at_the_same_time_one_plan_counts() -> None:
    """A late image shifts all that are older: parts of two plans would have images twice, and others never."""
    plant = a_plant()
    for number in range(2 * PART):
        plant.inspect(f"{number}", GOOD, days_ago=1)
    comparison = plant.begin()
    slower = plant.comparing.archive.subjects(comparison)
    plant.inspect("late", GOOD, days_ago=0.5)
    plant.work()
    for number in range(2):
        plant.files.put_part(comparison, "slower", number, slower.subjects[number * PART : (number + 1) * PART])
    assert plant.files.settle_plan(comparison, slower.plan).folder != "slower"
    plant.work_all()
    outcome = plant.show(comparison).outcome
    assert outcome is not None
    assert outcome.figures is not None
    assert outcome.figures.images == 2 * PART + 1


def test_a_message_of_no_comparison_is_done() -> None:
    plant = a_plant()
    plant.queue.send([Replay(project="plates", comparison_id="none")])
    plant.work_all()


def test_a_worker_that_dies_anywhere_loses_nothing_and_counts_nothing_twice() -> None:
    for death in deaths():
        plant = a_plant()
        a_day(plant)
        for number in range(PART):
            plant.inspect(f"more-{number}", GOOD)
        comparison = plant.begin()
        while plant.queue.waiting and not plant.work(death):
            pass
        plant.work_all()
        outcome = plant.show(comparison).outcome
        assert outcome is not None
        assert outcome.figures is not None
        assert (outcome.figures.images, outcome.figures.now_stopped, outcome.gone) == (PART + 3, 1, 0)
