"""Cameras that ask for URLs, upload, and wait for the verdict.

On AWS: `LINEWATCH_KEY=<key> locust -f loadtest/locustfile.py --headless --host <API URL> --shape burst --seconds 60`,
with a camera's key that opens the line `load`, in a project that has a model. It waits for the verdicts that are
still due, prints what became of the accepted images, and fails when one has no verdict. On this machine
`make loadtest` starts all that is needed.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests
from locust import HttpUser, LoadTestShape, constant_pacing, events, task

from chalicelib.core.image import inspection_id_of
from loadtest.images import CONTENTS, terms_of
from loadtest.ledger import Ledger
from loadtest.profiles import PROFILES, TURNS

PATIENCE = 120
"""Seconds after which an accepted image without a verdict counts as lost."""


LEDGER = Ledger()


def told_by(answer: Any) -> str:
    """Why a request failed: the answer's own words, or what kept it from coming."""
    return str(answer.text or answer.error)


class Camera(HttpUser):
    """Takes an image a second, and every fifth time ten at once."""

    wait_time = constant_pacing(1)

    def on_start(self) -> None:
        """Sign in and take a name."""
        self.client.headers["Authorization"] = f"Bearer {os.environ['LINEWATCH_KEY']}"
        self.name = f"camera-{uuid4().hex[:8]}"
        self.turns = cycle(TURNS)

    @task
    def shoot(self) -> None:
        """Take what is next."""
        if next(self.turns) == 1:
            self.one()
        else:
            self.ten()

    def one(self) -> None:
        """An image by its own URL."""
        content = CONTENTS[int(time.time()) % len(CONTENTS)]
        with self.client.post(
            "/uploads", json=terms_of(content, self.name), name="/uploads", catch_response=True
        ) as answer:
            if answer.status_code != 201:
                answer.failure(told_by(answer))
                return
        self.send([(answer.json(), content)])

    def ten(self) -> None:
        """Ten images by the URLs of one request."""
        contents = [CONTENTS[number % len(CONTENTS)] for number in range(10)]
        asked = {"images": [terms_of(content, self.name) for content in contents]}
        with self.client.post("/uploads/batch", json=asked, name="/uploads/batch", catch_response=True) as answer:
            if answer.status_code != 201:
                answer.failure(told_by(answer))
                return
        self.send(list(zip(answer.json()["uploads"], contents, strict=True)))

    def send(self, uploads: Sequence[tuple[Mapping[str, Any], bytes]]) -> None:
        """Put each image and wait for the verdicts."""
        sent = [(self.put(upload, content), time.perf_counter()) for upload, content in uploads]
        for inspection_id, since in sent:
            if inspection_id is not None:
                self.wait_for(inspection_id, since)

    def put(self, upload: Mapping[str, Any], content: bytes) -> str | None:
        """Upload; the inspection id when the bucket accepted the image."""
        with self.client.put(
            upload["url"],
            data=content,
            headers={**upload["headers"], "Authorization": None},
            name="image",
            catch_response=True,
        ) as answer:
            if answer.status_code != 200:
                answer.failure(told_by(answer))
                return None
        inspection_id = inspection_id_of(upload["bucket"], upload["key"], answer.headers["ETag"].strip('"'))
        LEDGER.accepted.add(inspection_id)
        return inspection_id

    def wait_for(self, inspection_id: str, since: float) -> None:
        """Ask for the verdict, less often each time, and note how long it took from the upload."""
        for pause in pauses():
            if self.has_verdict(inspection_id):
                return self.note(time.perf_counter() - since)
            time.sleep(pause)
        return None

    def has_verdict(self, inspection_id: str) -> bool:
        """One look. 404 means not yet."""
        path = f"/inspections/{inspection_id}"
        with self.client.get(path, name="/inspections/{id}", catch_response=True) as answer:
            if answer.status_code == 200:
                LEDGER.note(answer.json())
            elif answer.status_code == 404:
                answer.success()
            return inspection_id in LEDGER.judged

    def note(self, seconds: float) -> None:
        """Report the whole way as a step of its own."""
        self.environment.events.request.fire(
            request_type="WAIT",
            name="for the verdict",
            response_time=seconds * 1000,
            response_length=0,
            exception=None,
            context={},
        )


def pauses() -> Iterator[float]:
    """0.25 s, doubling to 4 s, until patience ends."""
    waited, pause = 0.0, 0.25
    while waited < PATIENCE:
        yield pause
        waited, pause = waited + pause, min(pause * 2, 4)


class Shape(LoadTestShape):
    """Follows the chosen shape."""

    def tick(self) -> tuple[int, float] | None:
        """(cameras, cameras started a second); None ends the run."""
        assert self.runner is not None
        options = self.runner.environment.parsed_options
        assert options is not None
        passed = self.get_run_time() / options.seconds
        return None if passed >= 1 else (PROFILES[options.shape](passed, options.cameras), options.cameras)


@events.init_command_line_parser.add_listener
def add_options(parser: Any) -> None:
    """`--shape`, `--cameras` and `--seconds`."""
    parser.add_argument("--shape", choices=list(PROFILES), default="steady", help="how the number of cameras changes")
    parser.add_argument("--cameras", type=int, default=10, help="the most cameras at once")
    parser.add_argument("--seconds", type=float, default=60, help="how long the run takes")
    parser.add_argument("--account", help="a file for the account of the accepted images, as JSON")


@events.test_stop.add_listener
def account(environment: Any, **_told: object) -> None:
    """Wait for the verdicts that are still due, say what became of every accepted image, fail when one is missing."""
    headers = {"Authorization": f"Bearer {os.environ['LINEWATCH_KEY']}"}
    for pause in pauses():
        for inspection_id in sorted(LEDGER.missing):
            answer = requests.get(f"{environment.host}/inspections/{inspection_id}", headers=headers, timeout=30)
            if answer.ok:
                LEDGER.note(answer.json())
        if not LEDGER.missing:
            break
        time.sleep(pause)
    print(f"accepted {len(LEDGER.accepted)}, with a verdict {len(LEDGER.judged)}, missing {len(LEDGER.missing)}")
    if LEDGER.missing:
        environment.process_exit_code = 1
    if environment.parsed_options.account:
        Path(environment.parsed_options.account).write_text(json.dumps(LEDGER.told()))
