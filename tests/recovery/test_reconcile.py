"""After reconciliation bucket, table and lake agree, whatever was lost."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.events import event_of
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import LIVE, Verdict
from chalicelib.lake.domain import Partition
from chalicelib.recovery.domain import Gap
from tests.recovery.plant import DAY, Plant
from tests.support.builders import NOON, an_upload
from tests.support.fake_inspections import FakeInspections
from tests.support.readable import readable


class WithoutLines(FakeInspections):
    """A table whose list of lines was lost."""

    def lines(self) -> Iterator[tuple[str, str]]:
        return iter(())


def test_nothing_is_sent_when_the_stores_agree() -> None:
    plant = Plant()
    plant.archive(plant.inspect(plant.upload("a")))
    pieces = plant.compare()
    assert {piece.things: piece.count for piece in pieces} == {"images": 1, "inspections": 1, "rows": 1}
    assert not any(piece.missing for piece in pieces)
    assert (plant.notifications.announced, plant.bus.published) == ([], [])


def test_an_image_whose_notification_was_lost_is_announced_again() -> None:
    plant = Plant()
    image = plant.upload("a")
    assert plant.missing() == [(Gap.INSPECTION, image.inspection_id)]
    assert plant.notifications.announced == [image]


def test_an_inspection_whose_row_was_lost_is_published_again_with_the_same_event_id() -> None:
    plant = Plant()
    inspection = plant.inspect(plant.upload("a"))
    assert plant.missing() == [(Gap.ROW, inspection.inspection_id)]
    assert [event.event_id for event in plant.bus.published] == [event_of(inspection).event_id]


def test_a_review_that_did_not_reach_the_lake_is_published_again() -> None:
    plant = Plant()
    inspection = plant.inspect(plant.upload("a"))
    plant.archive(inspection)
    reviewed = replace(inspection, revision=2, review_label="anomaly", reviewed_at=NOON + timedelta(hours=2))
    plant.inspections.items[inspection.inspection_id, LIVE] = reviewed
    assert plant.missing() == [(Gap.ROW, inspection.inspection_id)]
    assert plant.bus.published == [event_of(reviewed)]


def test_a_row_of_another_run_does_not_count_as_the_live_one() -> None:
    plant = Plant()
    inspection = plant.inspect(plant.upload("a"))
    plant.archive(replace(inspection, run="shadow#2"))
    assert plant.missing() == [(Gap.ROW, inspection.inspection_id)]


def test_the_newest_of_several_rows_counts_whatever_their_order() -> None:
    plant = Plant()
    inspection = plant.inspect(plant.upload("a"))
    plant.archive(inspection)
    plant.archive(replace(inspection, revision=0, verdict=Verdict.FAILED))
    assert plant.missing() == []


def test_a_row_whose_item_was_lost_is_reported_and_its_image_announced_again() -> None:
    plant = Plant()
    image = plant.upload("a")
    plant.archive(plant.inspect(image))
    plant.inspections.items.clear()
    assert set(plant.missing()) == {(Gap.INSPECTION, image.inspection_id), (Gap.ITEM, image.inspection_id)}
    assert plant.notifications.announced == [image]


def test_a_row_whose_item_was_lost_is_reported_also_for_a_line_without_images() -> None:
    plant = Plant()
    archived = plant.inspect(plant.upload("a", "line-9"))
    plant.archive(archived)
    plant.inspections.items.clear()
    plant.folders.images.clear()
    assert plant.missing() == [(Gap.ITEM, archived.inspection_id)]


def test_a_dry_run_sends_nothing() -> None:
    plant = Plant()
    plant.upload("a")
    plant.inspect(plant.upload("b"))
    assert len(plant.missing(repair=False)) == 2
    assert (plant.notifications.announced, plant.bus.published) == ([], [])


def test_nothing_younger_than_an_hour_counts_as_missing() -> None:
    plant = Plant()
    late = plant.clock() - timedelta(minutes=59)
    plant.upload("a", uploaded_at=late)
    plant.inspect(plant.upload("b", uploaded_at=late))
    assert plant.missing() == []


def test_nothing_is_missing_for_an_image_that_was_deleted_or_replaced_after_its_inspection() -> None:
    plant = Plant()
    for etag in ("old", "gone"):
        plant.archive(plant.inspect(plant.upload("a", etag=etag)))
    plant.folders.images.clear()
    plant.archive(plant.inspect(plant.upload("a", etag="new")))
    assert plant.missing() == []


def test_an_image_whose_key_has_no_day_is_compared_too() -> None:
    plant = Plant()
    stray = an_upload("images/by hand.jpg")
    plant.folders.images.append(stray)
    assert plant.missing() == [(Gap.INSPECTION, stray.inspection_id)]


def test_a_rejected_image_without_a_day_is_published_again() -> None:
    plant = Plant()
    stray = an_upload("images/by hand.jpg")
    plant.folders.images.append(stray)
    rejected = plant.inspect(stray, verdict=Verdict.REJECTED, reason="its key names no image")
    assert plant.missing() == [(Gap.ROW, rejected.inspection_id)]


def test_an_inspection_without_a_line_is_compared_also_when_the_list_of_lines_was_lost() -> None:
    plant = Plant(inspections=WithoutLines())
    rejected = plant.inspect(an_upload("images/by hand.jpg"), verdict=Verdict.REJECTED, reason="no image's key")
    assert plant.missing() == [(Gap.ROW, rejected.inspection_id)]


def test_an_image_that_was_inspected_on_another_day_than_its_key_says_is_found_in_the_lake() -> None:
    plant = Plant()
    image = plant.upload("a", uploaded_at=NOON + timedelta(days=5))
    plant.clock.pass_by(6 * 86400)
    failed = plant.inspect(image, verdict=Verdict.FAILED, revision=0, captured_at=image.uploaded_at)
    plant.archive(failed)
    assert not any(piece.missing for piece in plant.compare([DAY, image.uploaded_at.date()]))


def test_images_that_may_wait_in_the_queue_are_not_announced_again_each_night() -> None:
    plant = Plant()
    plant.upload("a")
    plant.notifications.messages = 1
    assert [piece.waiting for piece in plant.compare()] == [1]
    assert plant.notifications.announced == []


def test_when_fewer_messages_wait_than_images_are_missing_all_are_announced_again() -> None:
    plant = Plant()
    images = [plant.upload("a"), plant.upload("b")]
    plant.notifications.messages = 1
    assert len(plant.missing()) == 2
    assert plant.notifications.announced == images


def test_an_image_that_the_queue_has_deleted_is_announced_again_however_long_the_queue_is() -> None:
    plant = Plant()
    old, young = plant.upload("a"), plant.upload("b", uploaded_at=NOON + timedelta(days=10))
    plant.clock.pass_by(15 * 86400)
    plant.notifications.messages = 1000
    pieces = plant.compare()
    assert [each.inspection_id for piece in pieces for each in piece.missing] == [old.inspection_id]
    assert sum(piece.waiting for piece in pieces) == 1
    assert plant.notifications.announced == [old]
    assert young not in plant.notifications.announced


def test_after_a_crash_an_image_whose_message_may_be_lost_is_announced_again_though_as_many_messages_wait() -> None:
    """The message of another image may be there twice."""
    plant = Plant(crashed_at=NOON + timedelta(minutes=1))
    plant.upload("a", uploaded_at=NOON)
    after = plant.upload("b", uploaded_at=NOON + timedelta(minutes=1))
    plant.notifications.messages = 2
    assert plant.missing() == [(Gap.INSPECTION, after.inspection_id)]
    assert plant.notifications.announced == [after]


image_ids = st.sets(st.integers(0, 9).map(str), min_size=1, max_size=10)
losses = st.lists(st.sampled_from(["notification", "stream record", "lake file", "table item", "nothing"]), min_size=10)


@given(image_ids, losses, st.sets(st.sampled_from(["line-1", "line-2"]), min_size=1), st.booleans())
def test_after_any_loss_one_comparison_and_delivery_make_all_stores_agree(
    ids: set[str], lost: list[str], lines: set[str], compacted: bool
) -> None:
    plant = Plant()
    images = [plant.upload(image_id, line) for image_id in sorted(ids) for line in sorted(lines)]
    for image, loss in zip(images, lost * 2, strict=False):
        _live_through(plant, image, loss)
    plant.compare()
    plant.deliver()
    if compacted:
        for partition, keys in list(plant.lake.partitions()):
            plant.lake.compact(partition, keys)
    _agree(plant, images, compacted)


def _live_through(plant: Plant, image: UploadedImage, loss: str) -> None:
    if loss == "notification":
        return
    inspection = plant.inspect(image)
    if loss != "stream record":
        plant.archive(inspection)
    if loss == "lake file":
        plant.lake.files.pop(Partition.of(inspection))
    if loss == "table item":
        del plant.inspections.items[inspection.inspection_id, LIVE]


def _agree(plant: Plant, images: Sequence[UploadedImage], compacted: bool) -> None:
    plant.clock.pass_by(2 * 3600)
    assert plant.missing() == []
    wanted = {image.inspection_id for image in images}
    assert {inspection_id for inspection_id, _ in plant.inspections.items} == wanted
    rows = [row.inspection_id for partition in plant.lake.files for row in readable(plant.lake.rows(partition))]
    assert set(rows) == wanted
    if compacted:
        assert len(rows) == len(wanted)
