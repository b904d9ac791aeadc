"""The requests that the bench counted, kept in `counted.json` so that a price needs no running stack."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

KEPT = Path(__file__).with_name("counted.json")


@dataclass(frozen=True, slots=True)
class Batches:
    """The number of messages or records that each handler gets at once, and of images a second at which it does."""

    name: str
    inspection: int
    stream: int
    results: int
    alerts: int
    urls: int
    images_per_second: int


FULL = Batches(
    "batch URLs, full batches", inspection=10, stream=100, results=1000, alerts=1, urls=100, images_per_second=100
)
"""Alerts are few and do not wait for each other."""
SINGLE_URLS = replace(FULL, name="single URLs, full batches", urls=1)
SINGLY = Batches(
    "single URLs, every image by itself", inspection=1, stream=1, results=60, alerts=1, urls=1, images_per_second=1
)
"""A slow line. Its results still come in batches, because of the one-minute window."""
SCENARIOS = (FULL, SINGLE_URLS, SINGLY)


@dataclass(frozen=True, slots=True)
class Replay:
    """The requests of the handlers for all images, the log's bytes, and the bytes of the largest item and event.

    `alerts` is the number of events that reached the queue `alerts`; `overhead_ms` is the time of a handler's own code
    for one image.
    """

    images: int
    alerts: int
    requests: Counter[tuple[str, str]]
    invocations: Counter[str]
    log_bytes: int
    item_bytes: int
    event_bytes: int
    overhead_ms: Mapping[str, float]


def kept(file: Path = KEPT) -> dict[str, Replay]:
    """What the bench last kept, by the name of its batches."""
    return {name: _read(counts) for name, counts in json.loads(file.read_text()).items()}


def keep(replays: Mapping[str, Replay], file: Path = KEPT) -> None:
    """Write the file."""
    file.write_text(json.dumps({name: _to_dict(replay) for name, replay in replays.items()}, indent=1) + "\n")


def _to_dict(replay: Replay) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(replay, name) for name in Replay.__slots__}
    requests = {" ".join(which): count for which, count in sorted(replay.requests.items())}
    overhead = {handler: round(ms, 3) for handler, ms in replay.overhead_ms.items()}
    return fields | {"requests": requests, "overhead_ms": overhead}


def _read(counts: dict[str, Any]) -> Replay:
    requests = Counter({_pair(which): count for which, count in counts["requests"].items()})
    return Replay(**counts | {"requests": requests, "invocations": Counter(counts["invocations"])})


def _pair(which: str) -> tuple[str, str]:
    handler, operation = which.split(" ")
    return handler, operation
