"""What a handler takes beyond decoding, the model and AWS: its own code, between ports that answer at once."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

from chalicelib import triggers
from chalicelib.adapters.dynamodb import inspection_in
from chalicelib.domain.image import UploadedImage
from chalicelib.domain.inspection import Inspection
from chalicelib.domain.lake import Partition
from chalicelib.events import AnyInspectionFact
from chalicelib.ports import Finding, StoredImage
from chalicelib.stages.archiving import archive
from chalicelib.stages.inspection import inspect_image
from chalicelib.stages.relay import relay_changes
from linewatch.bench.events import Event, changes_event, messages_event, notification_of, result_of
from linewatch.bench.logged import logged

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
ROUNDS = 40
TOLD = {"captured-at": NOW.isoformat(), "correlation-id": "0" * 32}


class Instant:
    """Every port that the three handlers need; none of them takes time."""

    def read(self, image: UploadedImage) -> StoredImage:
        return StoredImage(b"\xff\xd8\xff\xe0", "image/jpeg", TOLD)

    def live(self, project: str) -> "Instant":
        return self

    def inspect(self, content: bytes) -> Finding:
        return Finding(False, 0.02, 0.31, 256, 256, "1", 9.5)

    def commit(self, inspection: Inspection) -> bool:
        return True

    def publish(self, facts: Sequence[AnyInspectionFact]) -> None: ...

    def put(self, body: str, cause: str) -> None: ...

    def write(self, partition: Partition, facts: Sequence[AnyInspectionFact]) -> None: ...


INSTANT: Any = Instant()
INSPECT = partial(inspect_image, images=INSTANT, models=INSTANT, inspections=INSTANT, clock=lambda: NOW)
RELAY = partial(relay_changes, translate=inspection_in, bus=INSTANT, dead_letters=INSTANT)
ARCHIVE = partial(archive, lake=INSTANT)


def images(count: int) -> list[UploadedImage]:
    """Images as their notifications tell of them."""
    known = UploadedImage(
        bucket="linewatch-prod-000000000000", key="", etag="0" * 32, size_bytes=60_000, uploaded_at=NOW
    )
    key = "images/plates/line-1/cam-1/2026-03-14/{:032x}"
    return [replace(known, key=key.format(number)) for number in range(count)]


def inspections(count: int) -> list[Inspection]:
    """Inspections as the stage makes them."""
    return [INSPECT(image)[0] for image in images(count)]


def overhead() -> dict[str, dict[str, float]]:
    """Median ms for each image: with full batches, alone, and what json.loads of the same event takes."""
    handlers: dict[str, tuple[Callable[[Event], None], Callable[[int], Event], int]] = {
        "inspect_images": (
            lambda event: triggers.inspect_images(event, INSPECT),
            lambda count: messages_event([notification_of(image) for image in images(count)]),
            10,
        ),
        "relay_changes": (
            lambda event: triggers.relay_changes(event, RELAY),
            lambda count: changes_event(inspections(count)),
            100,
        ),
        "archive_results": (
            lambda event: triggers.archive_results(event, ARCHIVE),
            lambda count: messages_event([result_of(inspection) for inspection in inspections(count)]),
            1000,
        ),
    }
    with logged():
        return {
            name: {
                "batch": batch,
                "ms_per_image": milliseconds(handle, event(batch)) / batch,
                "ms_alone": milliseconds(handle, event(1)),
                "json_ms_per_image": milliseconds(json.loads, json.dumps(event(batch))) / batch,
            }
            for name, (handle, event, batch) in handlers.items()
        }


def milliseconds[T](does: Callable[[T], object], with_it: T, rounds: int = ROUNDS) -> float:
    """The median time of so many rounds, after one that is not counted."""
    does(with_it)
    return median(_once(does, with_it) for _ in range(rounds))


def _once[T](does: Callable[[T], object], with_it: T) -> float:
    started = perf_counter()
    does(with_it)
    return (perf_counter() - started) * 1000
