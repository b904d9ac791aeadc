"""The price of a million images without inference, from counted requests and from derived requests that AWS makes."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from linewatch.cost.assumed import REQUEST_SECONDS
from linewatch.cost.counted import Batches, Replay
from linewatch.cost.prices import (
    BILLED_ROUNDING_SECONDS,
    MESSAGE_UNIT,
    PER_GB_LOGGED,
    PER_GB_SECOND,
    PER_MILLION,
    TRACED,
    UNITS,
    WHOLE_CORE_MB,
    write_units,
)

COUNTED, DERIVED = "counted", "derived"
AT_ONCE = 10
"""The most messages that ReceiveMessage returns."""

MEMORY_MB = {
    "api_handler": 512,
    "authorize": 512,
    "inspect_images": 1769,
    "route_images": 512,
    "relay_changes": 512,
    "archive_results": 1024,
    "raise_alerts": 512,
}
"""As set in infra/."""
SIDE_BY_SIDE = {"inspect_images": 2, "relay_changes": 2}
"""The requests of one invocation that it waits for, where it makes many at the same time."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the bill for 1,000 images: the number of requests, and the units that AWS bills for them."""

    service: str
    what: str
    requests: float
    units: float
    usd_per_million_images: float
    how: str


def bill(replay: Replay, batches: Batches, *, traced: bool = True) -> list[Row]:
    """All rows of the bill for the images of a replay. Traces count for Lambda and the API with `traced`."""
    return [
        *_counted(replay),
        *_derived(replay, batches),
        *_time(replay),
        _log(replay),
        *([_traces(replay, batches)] if traced else []),
    ]


def total(rows: list[Row]) -> float:
    """The price of a million images in USD."""
    return sum(row.usd_per_million_images for row in rows)


def _counted(replay: Replay) -> Iterator[Row]:
    for (handler, operation), requests in sorted(replay.requests.items()):
        service, units = UNITS[operation]
        billed: float
        if operation == "eventbridge.PutEvents":
            billed = replay.images * ceil(replay.event_bytes / MESSAGE_UNIT)
        elif (handler, operation) == ("relay_changes", "sqs.SendMessageBatch"):
            billed = max(requests, ceil(replay.images * replay.event_bytes / MESSAGE_UNIT))
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
    for queue, sender, messages in (
        ("uploads", "S3", images),
        ("alerts", "the bus", replay.alerts),
    ):
        yield _row(replay, "sqs", f"{sender} sends to {queue}", messages, messages, DERIVED)
    for queue, messages, batch in (
        ("uploads", images, batches.inspection),
        ("the project's queue", images, batches.inspection),
        ("results", images, batches.results),
        ("alerts", replay.alerts, batches.alerts),
    ):
        polls = ceil(messages / min(batch, AT_ONCE)) * 2
        yield _row(replay, "sqs", f"Lambda receives from and deletes from {queue}", polls, polls, DERIVED)


def _traces(replay: Replay, batches: Batches) -> Row:
    """The first invocation of a function in each second, and a share of the others. The authorizer is in the API's."""
    seconds = replay.images / batches.images_per_second
    traces = sum(
        seconds * _sampled(calls / seconds) for handler, calls in replay.invocations.items() if handler != "authorize"
    )
    what = f"the first invocation a second and 5 % of the others, at {batches.images_per_second} images a second"
    return _row(replay, "x-ray traces", what, traces, traces, DERIVED)


def _sampled(per_second: float) -> float:
    return min(per_second, 1 + TRACED * (per_second - 1))


def _time(replay: Replay) -> Iterator[Row]:
    """Lambda's time without decoding and the model.

    inspect_images reads a batch's images side by side and stores each while it inspects the next, so that it waits for
    two requests; relay_changes makes all its requests to the bus side by side, then all those to the queue. With less
    memory than `WHOLE_CORE_MB`, a function's own code has only a part of a core.
    """
    for handler, invocations in replay.invocations.items():
        requests = sum(count for (of, _), count in replay.requests.items() if of == handler)
        waits = min(requests, SIDE_BY_SIDE.get(handler, requests) * invocations)
        own = replay.images * replay.overhead_ms.get(handler, 0.0) / 1000 * max(1, WHOLE_CORE_MB / MEMORY_MB[handler])
        seconds = invocations * BILLED_ROUNDING_SECONDS + waits * REQUEST_SECONDS + own
        gigabytes = seconds * MEMORY_MB[handler] / 1024
        usd = gigabytes * PER_GB_SECOND / replay.images * 1e6
        per_thousand = 1000 / replay.images
        yield Row("lambda GB-s", handler, invocations * per_thousand, gigabytes * per_thousand, usd, DERIVED)


def _log(replay: Replay) -> Row:
    size = replay.log_bytes / replay.images
    usd = size / 1e9 * PER_GB_LOGGED * 1e6
    return Row("logs GB", f"{size:.0f} bytes an image", 0, size * 1000 / 1e9, usd, COUNTED)


def _row(replay: Replay, service: str, what: str, requests: float, units: float, how: str) -> Row:
    each = 1 / replay.images
    return Row(service, what, requests * each * 1000, units * each * 1000, units * each * PER_MILLION[service], how)
