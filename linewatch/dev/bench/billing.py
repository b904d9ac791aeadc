"""The price of a million images without inference, from counted requests and from derived requests that AWS makes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from linewatch.dev.assumed import INVOCATION_SECONDS, REQUEST_SECONDS
from linewatch.dev.bench.prices import (
    EVENT_UNIT,
    PER_GB_LOGGED,
    PER_GB_SECOND,
    PER_MILLION,
    PLATFORM_LOG_BYTES,
    TRACED,
    UNITS,
    write_units,
)
from linewatch.dev.bench.replay import AT_ONCE, Batches, Replay

COUNTED, DERIVED = "counted", "derived"

MEMORY_MB = {
    "api_handler": 512,
    "authorize": 512,
    "inspect_images": 1769,
    "relay_changes": 512,
    "archive_results": 1024,
    "raise_alerts": 512,
}
"""As set in infra/."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the bill for 1,000 images: the number of requests, and the units that AWS bills for them."""

    service: str
    what: str
    requests: float
    units: float
    usd_per_million_images: float
    how: str


def bill(replay: Replay, batches: Batches, overhead_ms: Mapping[str, float]) -> list[Row]:
    """All rows of the bill for the images of a replay."""
    return [
        *_counted(replay),
        *_derived(replay, batches),
        *_time(replay, overhead_ms),
        _log(replay),
    ]


def total(rows: list[Row]) -> float:
    """The price of a million images in USD."""
    return sum(row.usd_per_million_images for row in rows)


def _counted(replay: Replay) -> Iterator[Row]:
    for (handler, operation), requests in sorted(replay.requests.items()):
        service, units = UNITS[operation]
        billed: float
        if operation == "eventbridge.PutEvents":
            billed = replay.images * ceil(replay.event_bytes / EVENT_UNIT)
        elif (handler, operation) == ("inspect_images", "dynamodb.PutItem"):
            billed = requests * write_units(replay.item_bytes)
        else:
            billed = requests * units
        yield _row(replay, service, f"{handler}: {operation}", requests, billed, COUNTED)
    for handler, invocations in replay.invocations.items():
        yield _row(replay, "lambda requests", handler, invocations, invocations, COUNTED)


def _derived(replay: Replay, batches: Batches) -> Iterator[Row]:
    images, calls = replay.images, replay.invocations
    yield _row(replay, "s3 writes", "the camera uploads an image", images, images, COUNTED)
    api = calls["api_handler"]
    yield _row(replay, "api gateway", "requests for URLs", api, api, COUNTED)
    for what in ("S3 sends to inspection", "the bus sends to results", "the bus sends to alerts"):
        yield _row(replay, "sqs", what, images, images, DERIVED)
    for queue, batch in (("inspection", batches.inspection), ("results", batches.results), ("alerts", batches.alerts)):
        polls = ceil(images / min(batch, AT_ONCE)) * 2
        yield _row(replay, "sqs", f"Lambda receives from and deletes from {queue}", polls, polls, DERIVED)
    traces = sum(calls.values()) * TRACED
    yield _row(replay, "x-ray traces", "5 % of the invocations", traces, traces, DERIVED)


def _time(replay: Replay, overhead_ms: Mapping[str, float]) -> Iterator[Row]:
    """Lambda's time without decoding and the model. One invocation of inspect_images makes its requests in parallel."""
    for handler, invocations in replay.invocations.items():
        requests = sum(count for (of, _), count in replay.requests.items() if of == handler)
        waits = min(requests, 2 * invocations) if handler == "inspect_images" else requests
        seconds = invocations * INVOCATION_SECONDS + waits * REQUEST_SECONDS
        seconds += replay.images * overhead_ms.get(handler, 0.0) / 1000
        gigabytes = seconds * MEMORY_MB[handler] / 1024
        usd = gigabytes * PER_GB_SECOND / replay.images * 1e6
        per_thousand = 1000 / replay.images
        yield Row("lambda GB-s", handler, invocations * per_thousand, gigabytes * per_thousand, usd, DERIVED)


def _log(replay: Replay) -> Row:
    own = replay.log_bytes / replay.images
    size = own + PLATFORM_LOG_BYTES * sum(replay.invocations.values()) / replay.images
    usd = size / 1e9 * PER_GB_LOGGED * 1e6
    return Row("logs GB", f"{own:.0f} bytes an image, and Lambda's own entries", 0, size * 1000 / 1e9, usd, COUNTED)


def _row(replay: Replay, service: str, what: str, requests: float, units: float, how: str) -> Row:
    each = 1 / replay.images
    return Row(service, what, requests * each * 1000, units * each * 1000, units * each * PER_MILLION[service], how)
