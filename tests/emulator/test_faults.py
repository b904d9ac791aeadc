"""No image is lost while workers are killed, or while the whole local AWS restarts."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from rich.console import Console

from chalicelib.core.clock import utc_now
from chalicelib.core.inspection import Verdict
from chalicelib.recovery.domain import SETTLED, Gap
from chalicelib.recovery.redrive import FAILED_IMAGES, redrive
from linewatch.camera.api import Api
from linewatch.camera.client import Job, run
from linewatch.camera.journal import Journal
from linewatch.camera.progress import ProgressDisplay
from linewatch.camera.retry import RetryPolicy
from linewatch.camera.sender import SendOptions
from linewatch.camera.status import ImageStatus, State
from linewatch.camera.uploads import CameraLocation
from linewatch.stack.local import folder_of, start, stop
from tests.emulator.account import accounted, rows, settle
from tests.emulator.conftest import Say
from tests.emulator.images import a_photograph
from tests.emulator.plant import PROJECT, Plant, until
from tests.emulator.processes import Killer

RATE = 8
"""Images per second."""

KILLING_SECONDS = 60

HIDDEN = dict.fromkeys(("uploads", "inspection", "results", "alerts", "inspection-dlq"), "12")
"""Seconds after which the message of a killed worker is delivered again. In production it is minutes."""


class Shift:
    """A camera at work in a thread of its own."""

    def __init__(self, plant: Plant, folder: Path, line: str, images: int) -> None:
        self._plant, self._folder, self._line = plant, folder, line
        self.statuses: list[ImageStatus] = []
        folder.mkdir()
        for number in range(images):
            (folder / f"{number:04d}.jpg").write_bytes(a_photograph().content)
        self.thread = Thread(target=self._work, name="camera")

    def _work(self) -> None:
        options = SendOptions(rate=RATE, clock=lambda: datetime.now(UTC))
        job = Job(folder=self._folder, location=CameraLocation(line=self._line, camera="cam-1"), options=options)
        with (
            Api(self._plant.stack.api_url, self._plant.token, RetryPolicy(attempts=120, longest=2)) as api,
            closing(Journal(self._folder.parent / f"{self._line}.jsonl")) as journal,
            ProgressDisplay(Console(quiet=True)) as show,
        ):
            self.statuses = run(job, api, journal, show)

    def accepted(self) -> list[str]:
        """The inspection ids of all images. This camera tries until every image is uploaded."""
        self.thread.join()
        unsent = [status for status in self.statuses if status.state is not State.UPLOADED]
        assert self.statuses, "the camera gave up"
        assert not unsent, unsent[0]
        return [str(status.inspection_id) for status in self.statuses]


@contextmanager
def short_visibility_timeouts(plant: Plant) -> Iterator[None]:
    """Let the queues deliver the message of a killed worker again after seconds instead of minutes."""
    with ExitStack() as settings:
        own = plant.linewatch.platform.settings.project_queue(PROJECT).removeprefix(f"linewatch-{plant.stack.stage}-")
        for queue, seconds in {**HIDDEN, own: "12"}.items():
            settings.enter_context(plant.queue_set(queue, VisibilityTimeout=seconds))
        yield


@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")
@pytest.mark.emulator
def test_no_image_is_lost_or_doubled_when_workers_are_killed_at_random(plant: Plant, tmp_path: Path, say: Say) -> None:
    line = "line-killed"
    pid = folder_of(plant.stack.name) / "emulator.pid"
    camera = Shift(plant, tmp_path / "images", line, images=KILLING_SECONDS * RATE)
    with short_visibility_timeouts(plant):
        camera.thread.start()
        with Killer(lambda: int(pid.read_text()), every_seconds=0.4, seed=1) as killer:
            time.sleep(KILLING_SECONDS)
        accepted = camera.accepted()
        until(lambda: all(map(plant.find, accepted)) or None, "the last verdict", 120)
        failed = redriven(plant, accepted)
        settle(plant, accepted, line, 120)
    say(f"{accounted(plant, f'{killer.killed} workers killed', accepted, line)}, {failed} failed and redriven")
    assert killer.killed >= KILLING_SECONDS


def redriven(plant: Plant, inspection_ids: list[str]) -> int:
    """Send again the images whose worker was killed at every attempt; return how many there were."""
    sent_again = [
        outcome.dead_letter.message_id
        for outcome in redrive(plant.linewatch.recovery.redrive_routes(), lambda each: each.queue == FAILED_IMAGES)
        if outcome.error is None
    ]
    until(
        lambda: not [each for each in sent_again if failed(plant, each)] or None,
        "the verdicts of what was redriven",
        120,
    )
    return len(sent_again)


def failed(plant: Plant, inspection_id: str) -> bool:
    """Whether the image has no verdict."""
    found = plant.find(inspection_id)
    return found is None or found.verdict is Verdict.FAILED


@pytest.mark.emulator
def test_no_image_is_lost_or_doubled_by_a_restart_under_load(plant: Plant, tmp_path: Path, say: Say) -> None:
    line = "line-restarted"
    camera = Shift(plant, tmp_path / "images", line, images=6 * RATE)
    camera.thread.start()
    with short_visibility_timeouts(plant):
        until(lambda: rows_or_none(plant, line), "the first rows")
        assert stop(plant.stack.name)
        assert start(plant.stack.name, plant.stack.stage, lambda _: None) == plant.stack
        accepted = camera.accepted()
        until(lambda: all(map(plant.find, accepted)) or None, "the last verdict", 120)
        until(lambda: not plant.queues() or None, "the end of all work", 60)
        republished = published_again(plant, accepted)
        settle(plant, accepted, line)
    say(f"{accounted(plant, 'restarted under load', accepted, line)}, {republished} rows found missing and sent again")


def published_again(plant: Plant, inspection_ids: list[str]) -> int:
    """Reconcile as if an hour had passed; return the number of rows sent again. The emulator loses its streams."""
    soon = utc_now() + 2 * SETTLED
    reconciliation = replace(plant.linewatch.recovery.reconciliation, clock=lambda: soon)
    pieces = list(reconciliation.compare([utc_now().date()], repair=True))
    missing = [each for piece in pieces for each in piece.missing]
    assert {each.gap for each in missing} <= {Gap.ROW}
    assert {each.inspection_id for each in missing} <= set(inspection_ids)
    return len(missing)


def rows_or_none(plant: Plant, line: str) -> set[str] | None:
    """The inspections of the line in the lake; None while there are none."""
    return rows(plant, line) or None
