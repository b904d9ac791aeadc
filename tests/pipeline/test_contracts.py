"""The fakes of the chain behave like AWS: the same tests run on the fakes and on moto with the settings of infra/."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from moto import mock_aws

from chalicelib.aws.eventbridge import event_in
from chalicelib.aws.failure_log import FailureLog
from chalicelib.aws.sqs_batch import Message, messages_of
from chalicelib.core.errors import ObjectGone
from chalicelib.core.events import AnyInspectionEvent, event_of
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import Verdict
from chalicelib.inspections.ports import Images, Publisher, StoredImage
from chalicelib.lake.domain import Partition
from chalicelib.lake.ports import Lake
from tests.pipeline import inside
from tests.pipeline.account import client
from tests.pipeline.chain import Chain
from tests.pipeline.wire import Wire
from tests.pipeline.world import World, deployed
from tests.support.builders import JPEG, an_inspection, an_upload
from tests.support.readable import readable

STORED = StoredImage(JPEG, "image/jpeg", {"facility": "north"})


@dataclass
class Backend:
    """The ports, and functions to store an image, to send and receive messages, and to let time pass."""

    images: Images
    lake: Lake
    failure_log: FailureLog
    publisher: Publisher
    queues: Any
    put_image: Callable[[], UploadedImage]
    put: Callable[[str, str], None]
    receive: Callable[[str], Sequence[Message]]
    pass_by: Callable[[float], None]


def in_memory() -> Backend:
    chain = Chain()

    def put_image() -> UploadedImage:
        image = an_upload()
        chain.images.stored[image.key, image.etag] = STORED
        return image

    return Backend(
        images=chain.images,
        lake=chain.lake,
        failure_log=chain.failure_log,
        publisher=chain.publisher,
        queues=chain.queues,
        put_image=put_image,
        put=chain.queues.put,
        receive=lambda queue: chain.queues.receive(queue, 10),
        pass_by=chain.clock.pass_by,
    )


def on_moto(world: World) -> Backend:
    linewatch = world.start_cold()
    platform = linewatch.platform

    def put_image() -> UploadedImage:
        key, bucket = an_upload().key, world.settings.bucket
        content = {"Body": STORED.content, "ContentType": STORED.content_type, "Metadata": STORED.metadata}
        etag = client("s3").put_object(Bucket=bucket, Key=key, **content)["ETag"].strip('"')
        return an_upload(bucket=bucket, etag=etag)

    def receive(queue: str) -> Sequence[Message]:
        return messages_of({"Records": inside.receive(world.settings.name(queue), 10)})

    return Backend(
        images=linewatch.inspections.images,
        lake=linewatch.lake.store,
        failure_log=platform.failure_log,
        publisher=linewatch.inspections.publisher,
        queues=platform.queues,
        put_image=put_image,
        put=lambda queue, body: platform.queues.put(world.settings.name(queue), body, {}),
        receive=receive,
        pass_by=world.pass_by,
    )


@pytest.fixture(params=["fakes", "moto"])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    if request.param == "fakes":
        yield in_memory()
        return
    with mock_aws(), deployed(Wire()) as world:
        yield on_moto(world)


def events(count: int, **changes: Any) -> list[AnyInspectionEvent]:
    return [event_of(an_inspection(f"i{at}", **changes)) for at in range(count)]


def test_an_image_is_read_as_it_was_put(backend: Backend) -> None:
    assert backend.images.read(backend.put_image()) == STORED


@pytest.mark.parametrize("change", [{"key": "images/plates/line-1/cam-1/2026-03-14/other"}, {"etag": "0" * 32}])
def test_an_image_that_is_gone_or_was_replaced_raises_object_gone(backend: Backend, change: dict[str, str]) -> None:
    image = backend.put_image()
    with pytest.raises(ObjectGone):
        backend.images.read(an_upload(**{"bucket": image.bucket, "etag": image.etag, **change}))


def test_the_latest_error_is_found(backend: Backend) -> None:
    assert backend.failure_log.find("m1") is None
    backend.failure_log.record("m1", "first")
    backend.failure_log.record("m1", "second")
    assert (backend.failure_log.find("m1"), backend.failure_log.find("m2")) == ("second", None)


def test_the_same_events_are_stored_once_and_compaction_keeps_the_newest_of_each(backend: Backend) -> None:
    failed = events(2, verdict=Verdict.FAILED, revision=0)
    partition = Partition.of(failed[0].inspection)
    for batch in (failed, failed, events(2)):
        backend.lake.write(partition, batch)
    assert sorted(row.revision for row in readable(backend.lake.rows(partition))) == [0, 0, 1, 1]
    for stored, keys in list(backend.lake.partitions()):
        backend.lake.compact(stored, keys)
    assert [row.revision for row in readable(backend.lake.rows(partition))] == [1, 1]


def test_every_event_reaches_the_lake_and_the_queue_of_its_rule(backend: Backend) -> None:
    published = events(3)
    backend.publisher.publish(published)
    for queue in ("results", "alerts"):
        assert [event_in(message.body) for message in backend.receive(queue)] == published


def test_a_received_message_is_hidden_and_delivered_again_with_its_count(backend: Backend) -> None:
    backend.put("results", "body")
    assert [(message.body, message.receives) for message in backend.receive("results")] == [("body", 1)]
    assert backend.receive("results") == []
    backend.pass_by(3600)
    assert [message.receives for message in backend.receive("results")] == [2]


def test_a_delayed_message_is_delivered_again_after_its_delay(backend: Backend) -> None:
    backend.put("results", "body")
    [message] = backend.receive("results")
    backend.queues.delay(message.queue, {message.receipt: 8})
    backend.pass_by(7)
    assert backend.receive("results") == []
    backend.pass_by(2)
    assert len(backend.receive("results")) == 1


def test_a_deleted_message_is_never_delivered_again(backend: Backend) -> None:
    backend.put("results", "body")
    [message] = backend.receive("results")
    backend.queues.delete(message.queue, [message.receipt])
    backend.pass_by(3600)
    assert backend.receive("results") == []


def test_a_message_that_was_received_five_times_becomes_a_dead_letter_with_the_same_id(backend: Backend) -> None:
    backend.put("inspection", "body")
    ids = set()
    for _ in range(5):
        ids |= {message.message_id for message in backend.receive("inspection") if message.body == "body"}
        backend.pass_by(3600)
    assert [message for message in backend.receive("inspection") if message.body == "body"] == []
    assert {message.message_id for message in backend.receive("inspection-dlq") if message.body == "body"} == ids
