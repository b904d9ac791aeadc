"""What a million images cost beyond inference: counted requests, and what AWS does on Linewatch's behalf, derived."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from linewatch.bench.prices import (
    EVENT_UNIT,
    PER_GB_LOGGED,
    PER_GB_SECOND,
    PER_MILLION,
    PLATFORM_LOG_BYTES,
    TRACED,
    UNITS,
    write_units,
)
from linewatch.bench.rehearsal import AT_ONCE, Batches, Rehearsal
from linewatch.scale.assumed import INVOCATION_SECONDS, REQUEST_SECONDS

COUNTED, DERIVED = "counted", "derived"

MEMORY_MB = {
    "api_handler": 512,
    "authorize": 512,
    "inspect_images": 1769,
    "relay_changes": 512,
    "archive_results": 1024,
    "raise_alerts": 512,
}
"""As infra/functions.yaml and infra/alerts.yaml say."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the bill for 1,000 images. `units` are what AWS bills, for `requests` of ours or its own."""

    service: str
    what: str
    requests: float
    units: float
    usd_per_million_images: float
    how: str


def bill(rehearsal: Rehearsal, batches: Batches, overhead_ms: Mapping[str, float]) -> list[Row]:
    """All rows, for images whose URLs were asked for as the rehearsal did."""
    return [
        *_counted(rehearsal),
        *_of_aws(rehearsal, batches),
        *_time(rehearsal, overhead_ms),
        _log(rehearsal),
    ]


def total(rows: list[Row]) -> float:
    """USD for a million images."""
    return sum(row.usd_per_million_images for row in rows)


def _counted(rehearsal: Rehearsal) -> Iterator[Row]:
    for (handler, operation), requests in sorted(rehearsal.requests.items()):
        service, units = UNITS[operation]
        billed: float
        if operation == "eventbridge.PutEvents":
            billed = rehearsal.images * ceil(rehearsal.event_bytes / EVENT_UNIT)
        elif (handler, operation) == ("inspect_images", "dynamodb.PutItem"):
            billed = requests * write_units(rehearsal.item_bytes)
        else:
            billed = requests * units
        yield _row(rehearsal, service, f"{handler}: {operation}", requests, billed, COUNTED)
    for handler, invocations in rehearsal.invocations.items():
        yield _row(rehearsal, "lambda requests", handler, invocations, invocations, COUNTED)


def _of_aws(rehearsal: Rehearsal, batches: Batches) -> Iterator[Row]:
    images, calls = rehearsal.images, rehearsal.invocations
    yield _row(rehearsal, "s3 writes", "the camera puts an image", images, images, COUNTED)
    api = calls["api_handler"]
    yield _row(rehearsal, "api gateway", "requests for URLs", api, api, COUNTED)
    for what in ("S3 sends to inspection", "the bus sends to results", "the bus sends to alerts"):
        yield _row(rehearsal, "sqs", what, images, images, DERIVED)
    for queue, batch in (("inspection", batches.inspection), ("results", batches.results), ("alerts", batches.alerts)):
        polls = ceil(images / min(batch, AT_ONCE)) * 2
        yield _row(rehearsal, "sqs", f"Lambda receives from and deletes from {queue}", polls, polls, DERIVED)
    traces = sum(calls.values()) * TRACED
    yield _row(rehearsal, "x-ray traces", "5 % of the invocations", traces, traces, DERIVED)


def _time(rehearsal: Rehearsal, overhead_ms: Mapping[str, float]) -> Iterator[Row]:
    """Lambda's time without decoding and the model: requests of one invocation of inspect_images run side by side."""
    for handler, invocations in rehearsal.invocations.items():
        requests = sum(count for (of, _), count in rehearsal.requests.items() if of == handler)
        waits = min(requests, 2 * invocations) if handler == "inspect_images" else requests
        seconds = invocations * INVOCATION_SECONDS + waits * REQUEST_SECONDS
        seconds += rehearsal.images * overhead_ms.get(handler, 0.0) / 1000
        gigabytes = seconds * MEMORY_MB[handler] / 1024
        usd = gigabytes * PER_GB_SECOND / rehearsal.images * 1e6
        per_thousand = 1000 / rehearsal.images
        yield Row("lambda GB-s", handler, invocations * per_thousand, gigabytes * per_thousand, usd, DERIVED)


def _log(rehearsal: Rehearsal) -> Row:
    own = rehearsal.log_bytes / rehearsal.images
    size = own + PLATFORM_LOG_BYTES * sum(rehearsal.invocations.values()) / rehearsal.images
    usd = size / 1e9 * PER_GB_LOGGED * 1e6
    return Row("logs GB", f"{own:.0f} bytes an image, and Lambda's own lines", 0, size * 1000 / 1e9, usd, COUNTED)


def _row(rehearsal: Rehearsal, service: str, what: str, requests: float, units: float, how: str) -> Row:
    each = 1 / rehearsal.images
    return Row(service, what, requests * each * 1000, units * each * 1000, units * each * PER_MILLION[service], how)
