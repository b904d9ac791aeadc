"""A watch sends new images at its rate until it is stopped."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from linewatch.camera.sender import SendOptions
from linewatch.camera.status import State
from tests.camera.conftest import Fill
from tests.camera.running import busy, sent_by, states
from tests.camera.service import Service


def test_a_watch_sends_new_images_once_they_are_complete(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    growing = tmp_path / "shots" / "growing.png"
    looks = iter(range(1, 9))

    def meanwhile(_: float) -> None:
        look = next(looks)
        sent = "growing.png" in (tmp_path / "journal.jsonl").read_text()
        assert sent == (look > 4)
        if look <= 3:
            growing.write_bytes(bytes(look))
            fill(2, first=1)
        if sent:
            raise KeyboardInterrupt

    statuses = sent_by(service.api(), tmp_path / "shots", watch=True, wait=0, sleep=meanwhile)
    assert states(statuses) == [State.INSPECTED] * 4
    assert len(service.objects) == 4


def test_a_watch_continues_after_failures_of_the_service(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(1)
    service.faults["POST"].extend([busy] * 4)
    rounds = iter([None, None, None, KeyboardInterrupt()])

    def meanwhile(_: float) -> None:
        if (end := next(rounds)) is not None:
            raise end

    assert states(sent_by(service.api(attempts=2), tmp_path / "shots", watch=True, sleep=meanwhile)) == [State.UPLOADED]


def test_at_a_low_rate_urls_are_not_requested_long_before_their_use() -> None:
    assert [SendOptions(rate=rate).batch for rate in (None, 100, 2, 0.01)] == [100, 100, 10, 1]


def test_a_rate_spaces_the_uploads(service: Service, fill: Fill, tmp_path: Path) -> None:
    fill(4)
    began = datetime.now(UTC)
    sent_by(service.api(), tmp_path / "shots", options=SendOptions(rate=20))
    assert timedelta(seconds=0.15) <= datetime.now(UTC) - began < timedelta(seconds=1)


def test_images_may_be_stamped_with_the_time_of_sending(service: Service, fill: Fill, tmp_path: Path) -> None:
    [file] = fill(1)
    os.utime(file, (0, 0))
    now = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
    sent_by(service.api(), tmp_path / "shots", options=SendOptions(clock=lambda: now))
    assert service.bodies[0]["captured_at"] == "2026-03-14T09:26:53+00:00"
