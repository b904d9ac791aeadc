"""The conclusion of the load test: what limits the stack."""

import pytest

from linewatch.dev.bench.load import Load, limit, step_of

ROW = {
    "Type": "PUT",
    "Name": "image",
    "Request Count": "60",
    "Failure Count": "2",
    "Requests/s": "6.0",
    "50%": "11",
    "95%": "40",
    "99%": "90",
}


def load(images: float, queue_ms: float | None = 20) -> Load:
    steps = [step_of(ROW | {"Requests/s": str(images)}), step_of(ROW | {"Type": "GET", "Requests/s": "99"})]
    return Load("somewhere", steps, accepted=60, judged=60, missing=0, queue_ms=queue_ms, inspection_ms=30)


def test_a_row_of_locust_becomes_a_step() -> None:
    step = step_of(ROW)
    assert (step.name, step.requests, step.failures, step.p99) == ("PUT image", 60, 2, 90)


def test_images_are_counted_by_their_uploads_alone() -> None:
    assert load(6.0).images == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("gateway", "alone", "where"),
    [
        (load(3), load(8), "the emulator's gateway"),
        (load(5, queue_ms=4000), load(5, queue_ms=4000), "the workers"),
        (load(5), load(5), "the cameras"),
        (load(8), load(8), "not reached"),
        (load(8, queue_ms=None), load(8, queue_ms=None), "not reached"),
    ],
)
def test_the_limit_follows_from_the_difference_of_the_two_runs(gateway: Load, alone: Load, where: str) -> None:
    assert limit(gateway, alone, offered=8.4).startswith(f"The limit is {where}")
