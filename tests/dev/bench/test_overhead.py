"""The real handlers accept the events and ports of the bench."""

from collections.abc import Sequence

from chalicelib.access.domain import Grant, Role
from chalicelib.aws.s3_notification import notification_of
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.image import UploadedImage
from chalicelib.inspections import handlers as inspection_handlers
from chalicelib.inspections.ports import StoredImage
from chalicelib.lake import handlers as lake_handlers
from linewatch.dev.bench.fixture import PROJECT
from linewatch.dev.bench.lake import Bucket
from linewatch.dev.bench.lambda_events import changes_event, messages_event, result_of
from linewatch.dev.bench.log_capture import log_captured
from linewatch.dev.bench.overhead import LINEWATCH, NOW, Instant, images, inspections, instant_linewatch, milliseconds
from linewatch.dev.bench.uploading import answered, new_image


def test_every_image_of_the_event_reaches_the_use_case_and_is_logged() -> None:
    linewatch, inspected = instant_linewatch(), list[UploadedImage]()

    class Recorded(Instant):
        def read(self, image: UploadedImage) -> StoredImage:
            inspected.append(image)
            return super().read(image)

    linewatch.inspections.images = Recorded()  # type: ignore[assignment]
    with log_captured() as log:
        event = messages_event([notification_of(image) for image in images(10)])
        inspection_handlers.inspect_images(event, linewatch.inspections)
    assert sorted(image.key for image in inspected) == [image.key for image in images(10)]
    assert log.size > 10 * 100


def test_changes_and_results_become_events() -> None:
    linewatch = instant_linewatch()
    archive, archived = linewatch.lake.archive, list[AnyInspectionEvent]()

    def archive_all(events: Sequence[AnyInspectionEvent]) -> list[Exception | None]:
        archived.extend(events)
        return archive(events)

    linewatch.lake.archive = archive_all
    with log_captured():
        lake_handlers.archive_results(messages_event([result_of(each) for each in inspections(3)]), linewatch.lake)
        relayed = linewatch.inspections.relay_changes(changes_event(inspections(3))["Records"])
    assert archived == relayed
    assert len(archived) == 3


def test_a_median_is_of_the_given_number_of_rounds_after_a_warm_up() -> None:
    called: list[int] = []
    assert milliseconds(called.append, 1, rounds=5) >= 0
    assert len(called) == 6


def test_the_api_answers_an_upload_for_each_image_that_the_bench_asks_for() -> None:
    grant = Grant("bench", Role.CAMERA, PROJECT)
    images = [new_image(content, NOW) for content in (b"1", b"2")]
    with log_captured() as log:
        assert [upload["image_id"] for upload in answered(LINEWATCH, images, grant)] == [
            image["image_id"] for image in images
        ]
        assert len(answered(LINEWATCH, images[:1], grant)) == 1
    assert log.size > 3 * 32


def test_the_bucket_in_memory_deletes_objects() -> None:
    bucket = Bucket({"a": b"1", "b": b"2"})
    bucket.delete_objects(Bucket="lake", Delete={"Objects": [{"Key": "a"}]})
    assert bucket.files == {"b": b"2"}
