"""The lease of a worker that computes is renewed, and a worker that lost it stops."""

import time

import pytest

from chalicelib.projects.errors import LeaseLost, TooLarge
from chalicelib.projects.heartbeat import EVERY, LEAST_LEFT, Heartbeat
from chalicelib.projects.training import LEASE


def until_true(beats: list[float], least: int) -> None:
    deadline = time.monotonic() + 10
    while len(beats) < least:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_lease_outlasts_three_beats_that_fail() -> None:
    assert LEASE.total_seconds() >= 4 * EVERY


def test_it_beats_while_the_worker_computes_and_says_how_far_it_is() -> None:
    beats: list[float] = []

    def renew(done: float) -> bool:
        beats.append(done)
        return True

    with Heartbeat(renew, lambda: 900, every=0.01) as heartbeat:
        heartbeat.progress(0.5)
        until_true(beats, 3)
    ended = len(beats)
    assert beats[-1] == 0.5
    time.sleep(0.05)
    assert len(beats) == ended


def test_a_worker_whose_lease_is_lost_stops_at_its_next_step() -> None:
    beats: list[float] = []

    def renew(done: float) -> bool:
        beats.append(done)
        return False

    with Heartbeat(renew, lambda: 900, every=0.01) as heartbeat:
        until_true(beats, 1)
        time.sleep(0.05)
        with pytest.raises(LeaseLost):
            heartbeat.progress(0.5)


def test_a_beat_that_fails_is_tried_again() -> None:
    beats: list[float] = []

    def renew(done: float) -> bool:
        beats.append(done)
        if len(beats) == 1:
            raise OSError("DynamoDB is down")
        return True

    with Heartbeat(renew, lambda: 900, every=0.01) as heartbeat:
        until_true(beats, 3)
        heartbeat.progress(0.5)


def test_a_worker_stops_while_it_has_the_time_to_say_why() -> None:
    with (
        Heartbeat(lambda _: True, lambda: LEAST_LEFT - 1) as heartbeat,
        pytest.raises(TooLarge, match="at 30% when its 15 minutes ended"),
    ):
        heartbeat.progress(0.3)
