"""An image that ran out of attempts is committed as failed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import LIVE, Inspection, Verdict
from chalicelib.inspections.ports import Commit
from chalicelib.recovery.note_lost_images import note_lost_images
from tests.support.builders import NOON, an_inspection, an_upload
from tests.support.fake_inspections import FakeDeadLetterWriter, FakeInspections

BODY = '{"Records": ["as it came"]}'


@dataclass
class Plant:
    """The table and the queue of unreadable messages."""

    inspections: FakeInspections = field(default_factory=FakeInspections)
    unreadable: FakeDeadLetterWriter = field(default_factory=FakeDeadLetterWriter)

    def note(
        self, images: Sequence[UploadedImage], unread: Sequence[str] = (), error: str | None = "no model"
    ) -> list[Commit]:
        return note_lost_images(
            BODY,
            images,
            unread,
            error=error,
            tried_at=NOON,
            inspections=self.inspections,
            unreadable=self.unreadable,
            shortened=lambda body: body[:100],
        )


def test_a_lost_image_is_committed_as_failed_with_its_error_and_original_message() -> None:
    plant, image = Plant(), an_upload()
    [commit] = plant.note([image])
    noted = commit.inspection
    assert commit.stored
    assert plant.inspections.find(image.inspection_id, LIVE) == noted
    assert (noted.verdict, noted.revision, noted.reason) == (Verdict.FAILED, 0, "no model")
    assert (noted.original_message, noted.inspected_at) == (BODY, NOON)
    assert (noted.project, noted.line, noted.key) == ("plates", "line-1", image.key)


def test_without_a_recorded_error_the_reason_is_that_the_worker_died() -> None:
    [commit] = Plant().note([an_upload()], error=None)
    assert commit.inspection.reason == "worker died or timed out"


@pytest.mark.parametrize("verdict", [Verdict.NORMAL, Verdict.ANOMALOUS, Verdict.REJECTED])
def test_a_dead_letter_never_replaces_a_verdict(verdict: Verdict) -> None:
    plant, image = Plant(), an_upload()
    plant.inspections.commit(an_inspection(verdict=verdict))
    [commit] = plant.note([image])
    assert not commit.stored
    kept = plant.inspections.find(image.inspection_id, LIVE)
    assert kept is not None
    assert kept.verdict is verdict


def test_a_dead_letter_that_is_delivered_twice_changes_the_table_once() -> None:
    plant = Plant()
    for _ in range(2):
        plant.note([an_upload()])
    assert len(plant.inspections.changes) == 1


def test_an_image_that_fails_again_after_a_redrive_gets_the_new_error() -> None:
    plant = Plant()
    plant.note([an_upload()], error="no model")
    plant.note([an_upload()], error="the model is broken")
    assert [change.reason for change in plant.inspections.changes] == ["no model", "the model is broken"]


def test_every_image_of_a_message_is_committed() -> None:
    images = [an_upload(), an_upload(etag="e2")]
    noted = [commit.inspection.inspection_id for commit in Plant().note(images)]
    assert noted == [image.inspection_id for image in images]


def test_a_message_that_cannot_be_read_whole_goes_to_the_unreadable_queue_and_its_images_are_committed() -> None:
    plant = Plant()
    [commit] = plant.note([an_upload()], unread=["record 1: ValueError: no key", "record 2: TypeError: s3"])
    assert commit.stored
    assert plant.unreadable.written == [(BODY, "record 1: ValueError: no key; record 2: TypeError: s3")]


def test_an_unreadable_message_is_put_once_however_often_its_images_cannot_be_committed() -> None:
    class Down(FakeInspections):
        def commit(self, inspection: Inspection) -> Commit:
            raise ConnectionError("the table does not answer")

    plant = Plant(inspections=Down())
    for _ in range(3):
        with pytest.raises(ConnectionError):
            plant.note([an_upload()], unread=["record 1: ValueError: no key"])
    assert plant.unreadable.written == []
