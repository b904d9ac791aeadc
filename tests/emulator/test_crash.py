"""Nothing that the local AWS confirmed is lost when it is killed, or when the disk is full."""

import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import pytest
from botocore.exceptions import ClientError

from chalicelib.hosting.domain import Reading, Workers
from linewatch.stack.emulator import Emulator, NotSaved
from linewatch.stack.local import folder_of, start, stop
from tests.emulator.account import accounted, rows, settle
from tests.emulator.conftest import Say
from tests.emulator.images import a_photograph
from tests.emulator.plant import PROJECT, Plant, until
from tests.emulator.processes import workers_of
from tests.emulator.test_faults import Shift

pytestmark = [pytest.mark.emulator, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and sets limits")]

IMAGES = 48


def process_of(plant: Plant) -> int:
    """The emulator's process."""
    return int((folder_of(plant.stack.name) / "emulator.pid").read_text())


def kill(plant: Plant) -> None:
    """Kill the emulator as the system does when memory runs out. Its workers stay."""
    os.kill(process_of(plant), signal.SIGKILL)
    until(lambda: not Emulator(folder_of(plant.stack.name)).running() or None, "the end of the emulator")


def start_again(plant: Plant) -> tuple[float, str]:
    """Start the same stack; return the seconds and the last line that `up` printed."""
    lines: list[str] = []
    started = time.monotonic()
    assert start(plant.stack.name, plant.stack.stage, lines.append) == plant.stack
    return time.monotonic() - started, lines[-1]


def put(plant: Plant, item: str) -> None:
    """Store an item in the table of keys."""
    plant.stack.client("dynamodb").put_item(TableName=keys(plant), Item={"key_id": {"S": item}})


def items(plant: Plant) -> set[str]:
    """The ids in the table of keys."""
    pages = plant.stack.client("dynamodb").get_paginator("scan").paginate(TableName=keys(plant))
    return {item["key_id"]["S"] for page in pages for item in page["Items"]}


def keys(plant: Plant) -> str:
    """The name of the table of keys."""
    return f"linewatch-{plant.stack.stage}-keys"


def hosted_workers(plant: Plant) -> Workers | None:
    """What reads the project's queue, if it is switched on."""
    workers = plant.linewatch.hosting.mappings.find(plant.linewatch.platform.settings.project_queue(PROJECT))
    return workers if workers is not None and workers.reading is Reading.ON else None


def test_no_image_and_no_item_is_lost_when_the_local_aws_is_killed_in_mid_upload(
    plant: Plant, tmp_path: Path, say: Say
) -> None:
    line = "line-crashed"
    camera = Shift(plant, tmp_path / "images", line, images=IMAGES)
    camera.thread.start()
    until(lambda: rows(plant, line) or None, "the first rows")
    workers, written = workers_of(process_of(plant)), {f"kept-{token_hex(4)}" for _ in range(20)}
    for item in sorted(written):
        put(plant, item)
    kill(plant)
    seconds, found = start_again(plant)
    assert workers, "there was nothing to leave behind"
    assert not [each for each in workers if Path(f"/proc/{each}/environ").exists()]
    assert written <= items(plant)
    until(lambda: hosted_workers(plant), "the workers of the project", seconds=20)
    accepted = camera.accepted()
    assert len(accepted) == IMAGES
    settle(plant, accepted, line)
    suite = f"killed in mid-upload, {len(written)} items kept, up in {seconds:.0f} s ({found})"
    say(accounted(plant, suite, accepted, line))


def test_with_a_full_disk_nothing_is_confirmed_that_is_not_kept(plant: Plant, say: Say) -> None:
    kept, refused = f"kept-{token_hex(4)}", f"refused-{token_hex(4)}"
    put(plant, kept)
    with full_disk(plant), pytest.raises(ClientError):
        put(plant, refused)
    [upload] = plant.request_uploads([picture := a_photograph()], "line-full")
    with full_disk(plant):
        assert plant.put(upload, picture.content).status_code == 500
        with pytest.raises(NotSaved, match=r"stopped, but not all was saved: .*Images, models, keys"):
            stop(plant.stack.name)
    seconds, _ = start_again(plant)
    assert kept in items(plant)
    assert refused not in items(plant)
    [upload] = plant.request_uploads([picture], "line-full")
    assert plant.put(upload, picture.content).status_code == 200
    say(f"disk full during writes and `down`: up in {seconds:.0f} s, nothing confirmed was lost")


@contextmanager
def full_disk(plant: Plant) -> Iterator[None]:
    """Let the emulator make no file longer than 1 byte, as a stand-in for a disk that is full."""
    process = process_of(plant)
    unlimited = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (1, unlimited[1]))
    try:
        yield
    finally:
        if Emulator(folder_of(plant.stack.name)).running():
            resource.prlimit(process, resource.RLIMIT_FSIZE, unlimited)
