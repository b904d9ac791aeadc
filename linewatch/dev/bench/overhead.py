"""Measure a handler's own code, without decoding, the model and AWS: its ports return at once."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median
from time import perf_counter, process_time
from typing import Any

from boto3.session import Session

from chalicelib.access.domain import Grant, Role
from chalicelib.aws.clients import AwsClients
from chalicelib.aws.platform import Platform
from chalicelib.aws.s3_notification import notification_of
from chalicelib.aws.settings import Settings
from chalicelib.composition import Linewatch
from chalicelib.core.anomaly_map import AnomalyMap
from chalicelib.core.events import AnyInspectionEvent
from chalicelib.core.image import UploadedImage
from chalicelib.core.inspection import Inspection, Prediction
from chalicelib.inspections import handlers as inspection_handlers
from chalicelib.inspections.ports import Commit, StoredImage
from chalicelib.lake import handlers as lake_handlers
from chalicelib.lake.domain import Partition
from chalicelib.uploads.request import LARGEST_BATCH
from linewatch.dev.bench.fixture import PROJECT
from linewatch.dev.bench.lambda_events import changes_event, messages_event, result_of
from linewatch.dev.bench.log_capture import log_captured
from linewatch.dev.bench.uploading import answered, new_image

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
ROUNDS = 40
METADATA = {"captured-at": NOW.isoformat(), "correlation-id": "0" * 32}


class Instant:
    """All ports of the three handlers. No call takes time."""

    def read(self, image: UploadedImage) -> StoredImage:
        return StoredImage(b"\xff\xd8\xff\xe0", "image/jpeg", METADATA)

    def live(self, project: str) -> "Instant":
        return self

    def predict(self, content: bytes, mask_colour: str | None = None) -> Prediction:
        return Prediction(
            anomalous=False,
            anomaly_probability=0.02,
            anomaly_score=0.31,
            width=256,
            height=256,
            area_fraction=0.0,
            anomaly_map=AnomalyMap(16, 16, bytes(256)),
            model_version="1",
            milliseconds=9.5,
        )

    def commit(self, inspection: Inspection) -> Commit:
        return Commit(inspection, stored=True)

    def publish(self, events: Sequence[AnyInspectionEvent]) -> list[tuple[AnyInspectionEvent, str]]:
        return []

    def put(self, body: str, error: str) -> None: ...

    def put_if_there(self, queue: str, bodies: Sequence[str]) -> bool:
        return True

    def write(self, partition: Partition, events: Sequence[AnyInspectionEvent]) -> None: ...


def instant_linewatch() -> Linewatch:
    """Linewatch with ports that return at once."""
    instant: Any = Instant()
    clients = AwsClients(Session("bench", "bench", region_name="us-east-1"))
    platform = Platform(Settings("bench", "000000000000", "us-east-1", traced=False), clients, clock=lambda: NOW)
    platform.queues = platform.failure_log = instant
    linewatch = Linewatch(platform)
    linewatch.models.registry = instant
    linewatch.inspections.images = linewatch.inspections.table = linewatch.inspections.publisher = instant
    linewatch.inspections.dead_letters = instant
    linewatch.lake.store = instant
    return linewatch


LINEWATCH = instant_linewatch()


def images(count: int) -> list[UploadedImage]:
    """Images as S3 notifications describe them."""
    image = UploadedImage(
        bucket="linewatch-prod-000000000000", key="", etag="0" * 32, size_bytes=60_000, uploaded_at=NOW
    )
    key = "images/plates/line-1/cam-1/2026-03-14/{:032x}"
    return [replace(image, key=key.format(number)) for number in range(count)]


def inspections(count: int) -> list[Inspection]:
    """Inspections as the use case creates them."""
    return [LINEWATCH.inspections.inspect_image(image).inspection for image in images(count)]


def overhead() -> dict[str, dict[str, float]]:
    """Processor ms for each image: in full batches, alone, and of json.loads of the same event for comparison."""
    handlers: dict[str, tuple[Callable[[Any], object], Callable[[int], Any], int]] = {
        "api_handler": (
            lambda images: answered(LINEWATCH, images, Grant("bench", Role.CAMERA, PROJECT)),
            lambda count: [new_image(str(number).encode(), NOW) for number in range(count)],
            LARGEST_BATCH,
        ),
        "route_images": (
            lambda event: inspection_handlers.route_images(event, LINEWATCH.inspections),
            lambda count: messages_event([notification_of(image) for image in images(count)]),
            10,
        ),
        "inspect_images": (
            lambda event: inspection_handlers.inspect_images(event, LINEWATCH.inspections),
            lambda count: messages_event([notification_of(image) for image in images(count)]),
            10,
        ),
        "relay_changes": (
            lambda event: inspection_handlers.relay_changes(event, LINEWATCH.inspections),
            lambda count: changes_event(inspections(count)),
            100,
        ),
        "archive_results": (
            lambda event: lake_handlers.archive_results(event, LINEWATCH.lake),
            lambda count: messages_event([result_of(inspection) for inspection in inspections(count)]),
            1000,
        ),
    }
    with log_captured():
        return {
            name: {
                "batch": batch,
                "ms_per_image": processor_ms(handle, event(batch)) / batch,
                "ms_alone": processor_ms(handle, event(1)),
                "json_ms_per_image": processor_ms(json.loads, json.dumps(event(batch))) / batch,
            }
            for name, (handle, event, batch) in handlers.items()
        }


def milliseconds[T](action: Callable[[T], object], argument: T, rounds: int = ROUNDS) -> float:
    """The median time of `rounds` calls, after one call that is not counted."""
    action(argument)
    return median(_once(action, argument) for _ in range(rounds))


def processor_ms[T](action: Callable[[T], object], argument: T, rounds: int = ROUNDS) -> float:
    """The least processor time of `rounds` calls, all threads together: the least disturbed by other programs."""
    return min(_once(action, argument, process_time) for _ in range(rounds))


def _once[T](action: Callable[[T], object], argument: T, clock: Callable[[], float] = perf_counter) -> float:
    started = clock()
    action(argument)
    return (clock() - started) * 1000
