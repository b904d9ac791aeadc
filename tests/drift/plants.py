"""Plants by chance: cameras with a pattern of the day, days that wander, and images that lie on a known moment."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from math import cos, pi, sqrt
from random import Random

from chalicelib.drift.domain import STATISTICS, Camera, HourLevel
from chalicelib.shifts.domain import Zone

ZONE = "Europe/Berlin"
FIRST = datetime(2026, 3, 14, tzinfo=UTC)
"""Two weeks before the clocks change."""
USUAL = (120.0, 0.3, 0.5, 0.5, 0.6, -3.0)
SPREAD = (1.5, 0.004, 0.003, 0.003, 0.03, 0.2)
"""Of the days."""

type Step = Callable[[int], tuple[float, ...]]
"""What is added to each statistic in an hour, counted from the beginning."""


def last_day(days: int) -> date:
    """The last full day of a plant that is watched for so many days."""
    return (FIRST + timedelta(days=days - 1)).date()


def wandering(chance: Random, number: int, correlation: float, tail: int | None = None) -> Iterator[float]:
    """An autoregressive process of variance 1; with a tail, its steps have Student's distribution."""
    value, new = chance.gauss(0, 1), sqrt(1 - correlation**2)
    for _ in range(number):
        yield value
        step = chance.gauss(0, 1)
        if tail is not None:
            step *= sqrt((tail - 2) / tail) / sqrt(chance.gammavariate(tail / 2, 2 / tail))
        value = correlation * value + new * step


def a_camera(
    chance: Random,
    days: int,
    step: Step | None = None,
    *,
    correlation: float = 0.5,
    tail: int | None = None,
    noise: float = 1,
) -> dict[int, HourLevel]:
    """Hours from 6 to 22 of the plant's clock, with daylight, wandering days and hours, and hours without images."""
    of_days = [list(wandering(chance, days, correlation, tail)) for _ in STATISTICS]
    of_hours = [list(wandering(chance, 24 * days, 0.7, tail)) for _ in STATISTICS]
    hours = {}
    for hour in range(24 * days):
        at, clock = _hour(hour)
        if not 6 <= clock < 22 or chance.random() < 0.1:
            continue
        daylight = -cos(2 * pi * clock / 24)
        added = step(hour) if step else (0.0,) * len(STATISTICS)
        medians = tuple(
            usual + noise * spread * (4 * daylight + of_days[n][hour // 24] + of_hours[n][hour]) + added[n]
            for n, (usual, spread) in enumerate(zip(USUAL, SPREAD, strict=True))
        )
        hours[at] = HourLevel(40, "1", medians)
    return hours


@cache
def _hour(number: int) -> tuple[int, int]:
    """When an hour begins, in microseconds, and what the plant's clock shows."""
    at = FIRST + timedelta(hours=number)
    return int(at.timestamp()) * 1_000_000, Zone(ZONE).local(at).hour


def changed(hour: int, **by: float) -> Step:
    """From an hour on, these statistics change by so much."""
    sizes = tuple(by.get(name, 0.0) for name in STATISTICS)
    none = (0.0,) * len(STATISTICS)
    return lambda at: sizes if at >= hour else none


def cameras(number: int) -> list[Camera]:
    """Names of cameras, ten a line."""
    return [("plates", f"line-{n // 10}", f"cam-{n}") for n in range(number)]
