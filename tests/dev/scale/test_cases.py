"""The figures of plants, and the backlog by the emulator's inspections."""

from dataclasses import replace
from datetime import timedelta

import pytest

from linewatch.dev.scale.cases import figures
from linewatch.dev.scale.check import between, calibrated, outcome
from linewatch.dev.scale.limits import quotas
from tests.support.builders import NOON, an_inspection

BENCH = {
    "overhead": {"inspect_images": {"ms_per_image": 1.0}, "relay_changes": {"ms_per_image": 0.02}},
    "inference": {"decode_and_judge_ms": 24.0},
    "lake": [{"archive_seconds_per_10k": 0.3}],
}


def test_figures_are_in_seconds_an_image() -> None:
    known = figures(BENCH, lines=3)
    assert known.inspect_image == pytest.approx(0.025)
    assert known.archive_image == pytest.approx(0.00003)
    assert known.archive_invocation > figures(BENCH, lines=1).archive_invocation


def test_the_time_of_a_batch_follows_from_full_and_single_batches() -> None:
    step = calibrated({10: 2 * 10 / (0.05 + 10 * 0.03), 1: 2 / (0.05 + 0.03)})
    assert (step.invocation, step.image) == pytest.approx((0.05, 0.03))
    slower = replace(step, image=0.05)
    assert between(step, slower).image == pytest.approx(0.04)


def test_the_backlog_is_the_images_uploaded_and_not_inspected() -> None:
    waited = [
        replace(
            an_inspection(str(number)),
            uploaded_at=NOON + timedelta(seconds=number),
            inspected_at=NOON + timedelta(seconds=10 + number),
        )
        for number in range(4)
    ]
    observed = outcome(waited, NOON, usual=0)
    assert (observed.images, observed.peak_backlog, observed.peak_at, observed.drained_at) == (4, 4, 3.0, 13.0)


def test_lambdas_capacity_is_that_of_its_workers() -> None:
    [concurrency] = [quota for quota in quotas(1, worker=20.0) if quota.name == "Lambda's concurrency"]
    assert concurrency.capacity == pytest.approx(20_000)
