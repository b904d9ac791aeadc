"""Simulate plants of 1 to 1,000 images a second, each with a burst and with a stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from linewatch.cost.assumed import INVOCATION_SECONDS, REQUEST_SECONDS
from linewatch.dev.scale.limits import Figures, Quota, Step, first_limit, steps
from linewatch.dev.scale.simulation import Outcome, simulate

RATES = (1, 10, 100, 1_000)
LINE_RATE = 10
"""Images a second of one line."""

RESERVE = 1.5
"""The number of workers, as a multiple of what the usual rate needs."""

BURST, CALM_SECONDS, BURST_SECONDS = 10, 60, 600
STOP_SECONDS = 8 * 3600
USUAL_SECONDS = 3
"""In normal operation, the images of this many seconds are being processed."""

SHARD_WRITES, LEAST_SHARDS = 1_000, 4
"""One partition of the table, and so one shard of its stream, takes 1,000 writes a second; a new table has four."""


@dataclass(frozen=True, slots=True)
class Case:
    """A plant, the results of its burst and its stop, and the limit that the burst reaches first."""

    rate: int
    lines: int
    units: int
    burst: Outcome
    stop: Outcome
    burst_limit: Step | Quota | None


def figures(bench: Mapping[str, Any], lines: int) -> Figures:
    """The bench's figures in seconds, plus the assumed waits for AWS.

    The requests for one batch of images run in parallel. A request has ten events. A batch of results becomes one file
    for each line.
    """
    overhead = bench["overhead"]
    return Figures(
        inspect_invocation=INVOCATION_SECONDS + 2 * REQUEST_SECONDS,
        inspect_image=(bench["inference"]["decode_and_judge_ms"] + overhead["inspect_images"]["ms_per_image"]) / 1000,
        relay_invocation=INVOCATION_SECONDS,
        relay_image=overhead["relay_changes"]["ms_per_image"] / 1000 + REQUEST_SECONDS / 10,
        archive_invocation=INVOCATION_SECONDS + REQUEST_SECONDS * lines,
        archive_image=bench["lake"][0]["archive_seconds_per_10k"] / 10_000,
    )


def case(rate: int, bench: Mapping[str, Any]) -> Case:
    """Simulate the plant of this rate."""
    lines = ceil(rate / LINE_RATE)
    known = figures(bench, lines)
    [one, *_] = steps(known, units=1)
    units = max(2, ceil(RESERVE * rate / one.capacity))
    chain = steps(known, units=units, shards=max(LEAST_SHARDS, ceil(rate / SHARD_WRITES)))
    return Case(
        rate=rate,
        lines=lines,
        units=units,
        burst=_burst(rate, chain),
        stop=_stop(rate, chain),
        burst_limit=first_limit(rate * BURST, chain, lines=lines),
    )


def _burst(rate: int, chain: list[Step]) -> Outcome:
    def now(second: float) -> float:
        return rate * (BURST if CALM_SECONDS <= second < CALM_SECONDS + BURST_SECONDS else 1)

    end = CALM_SECONDS + 40 * BURST_SECONDS
    return simulate(chain, now, arrivals=end, until=end, usual=rate * USUAL_SECONDS)


def _stop(rate: int, chain: list[Step]) -> Outcome:
    end = 6 * STOP_SECONDS
    return simulate(chain, lambda _: rate, arrivals=end, until=end, opens_at=STOP_SECONDS, usual=rate * USUAL_SECONDS)
