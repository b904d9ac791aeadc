"""The work of a shadow run: each image once, whatever dies, and nothing of the line changes."""

from dataclasses import replace

from chalicelib.core.inspection import LIVE
from chalicelib.core.verdict import Verdict
from tests.projects.mortal import deaths
from tests.promotion.world import GOOD, SCRATCH
from tests.shadow.world import Line


def test_a_verdict_of_the_shadow_is_a_row_of_a_run_of_its_own() -> None:
    line = Line()
    line.start()
    live = line.plant.inspect("a", SCRATCH)
    items, waiting = dict(line.plant.table.items), list(line.plant.queue.waiting)
    line.judge(live)
    [row] = line.rows
    assert (row.inspection.run, row.inspection.verdict) == ("shadow#2", Verdict.ANOMALOUS)
    assert row.inspection.inspection_id == live.inspection_id
    assert (line.plant.table.items, line.plant.queue.waiting) == (items, waiting)
    assert {run for _, run in line.plant.table.items} == {LIVE}


def test_an_image_whose_message_comes_twice_is_counted_once() -> None:
    line = Line()
    line.start()
    image = line.plant.inspect("a", GOOD)
    line.judge(image, image)
    line.judge(image)
    assert line.show().judged == 1
    assert len({row.event_id for row in line.rows}) == 1


def test_a_run_ends_with_the_batch_in_which_it_has_all_its_images() -> None:
    line = Line()
    line.start(images=2)
    line.judge(*(line.plant.inspect(f"{number}", GOOD) for number in range(3)))
    assert line.shadow.ended_at is None
    line.judge(line.plant.inspect("late", GOOD))
    assert line.shadow.end == "it has judged 2 images"
    assert (line.show().judged, line.rules.opened) == (3, set())


def test_images_of_its_time_are_judged_also_when_it_is_over_and_later_ones_close_the_rule() -> None:
    line = Line()
    line.start(hours=1)
    clock = line.plant.world.clock
    early = replace(line.plant.inspect("a", GOOD), inspected_at=clock())
    clock.pass_by(3600)
    late = replace(line.plant.inspect("b", GOOD), inspected_at=clock())
    line.judge(early, late)
    assert (line.show().judged, line.rules.opened) == (1, set())


def test_a_run_ends_when_another_version_is_hosted() -> None:
    line = Line()
    line.start()
    line.judge(replace(line.plant.inspect("a", GOOD), model_version="9"))
    assert line.shadow.end == "version 9 is hosted now"
    assert (line.show().judged, line.rules.opened) == (0, set())


def test_a_version_that_does_not_load_ends_the_run_with_the_reason() -> None:
    line = Line()
    line.start()
    line.plant.models.refused.add("2")
    line.judge(line.plant.inspect("a", GOOD))
    assert "version 2 of project 'plates' is refused" in line.shadow.end


def test_images_that_are_gone_or_cannot_be_judged_are_counted_and_no_row() -> None:
    line = Line()
    line.start()
    gone, broken = line.plant.inspect("a", GOOD), line.plant.inspect("b", GOOD + b" broken")
    del line.plant.images.stored[gone.key, gone.etag]
    line.judge(gone, broken)
    outcome = line.show().outcome
    assert (outcome.gone, outcome.unjudged, line.rows) == (1, 1, [])


def test_a_rule_that_was_left_is_removed_by_its_first_message() -> None:
    line = Line()
    line.rules.open("plates")
    line.judge(line.plant.inspect("a", GOOD))
    assert (line.rules.opened, line.rows) == (set(), [])


def test_a_worker_that_dies_anywhere_loses_nothing_and_counts_nothing_twice() -> None:
    for death in deaths():
        line = Line()
        line.start(images=2)
        images = [line.plant.inspect(f"{number}", GOOD) for number in range(2)]
        line.judge(*images, death=death)
        line.judge(*images)
        line.judge(line.plant.inspect("late", GOOD))
        assert (line.show().judged, len({row.event_id for row in line.rows})) == (2, 2)
        assert (line.shadow.end, line.rules.opened) == ("it has judged 2 images", set())
