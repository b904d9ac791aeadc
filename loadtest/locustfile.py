"""Locust users that act as cameras: they request URLs, upload images, and wait for the verdicts.

On AWS: `LINEWATCH_KEY=<key> locust -f loadtest/locustfile.py --headless --host <API URL> --shape burst --seconds 60`,
with a camera's key for the line `load`, in a project with a model. At the end it waits for missing verdicts, prints how
many accepted images have one, and fails when one is missing. On this machine, `make loadtest` starts all it needs.
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
from loadtest.images import CONTENTS, upload_request
from loadtest.ledger import Ledger
from loadtest.profiles import PROFILES, TURNS

WAIT_SECONDS = 120
"""After this time, an accepted image without a verdict counts as missing."""


LEDGER = Ledger()


def error_of(answer: Any) -> str:
    """Why a request failed: the text of the answer, or the error when there is no answer."""
    return str(answer.text or answer.error)


class Camera(HttpUser):
    """Takes one image a second, and every fifth time ten images."""

    wait_time = constant_pacing(1)

    def on_start(self) -> None:
        """Set the key and choose a camera id."""
        self.client.headers["Authorization"] = f"Bearer {os.environ['LINEWATCH_KEY']}"
        self.name = f"camera-{uuid4().hex[:8]}"
        self.turns = cycle(TURNS)

    @task
    def shoot(self) -> None:
        """Send the next image or images."""
        if next(self.turns) == 1:
            self.send_one()
        else:
            self.send_ten()

    def send_one(self) -> None:
        """Send one image, with one request for its URL."""
        content = CONTENTS[int(time.time()) % len(CONTENTS)]
        with self.client.post(
            "/uploads", json=upload_request(content, self.name), name="/uploads", catch_response=True
        ) as answer:
            if answer.status_code != 201:
                answer.failure(error_of(answer))
                return
        self.send([(answer.json(), content)])

    def send_ten(self) -> None:
        """Send ten images, with one request for their URLs."""
        contents = [CONTENTS[number % len(CONTENTS)] for number in range(10)]
        body = {"images": [upload_request(content, self.name) for content in contents]}
        with self.client.post("/uploads/batch", json=body, name="/uploads/batch", catch_response=True) as answer:
            if answer.status_code != 201:
                answer.failure(error_of(answer))
                return
        self.send(list(zip(answer.json()["uploads"], contents, strict=True)))

    def send(self, uploads: Sequence[tuple[Mapping[str, Any], bytes]]) -> None:
        """Upload each image, then wait for the verdicts."""
        sent = [(self.put(upload, content), time.perf_counter()) for upload, content in uploads]
        for inspection_id, since in sent:
            if inspection_id is not None:
                self.wait_for(inspection_id, since)

    def put(self, upload: Mapping[str, Any], content: bytes) -> str | None:
        """Upload an image. Returns its inspection id, or None when the bucket did not accept it."""
        with self.client.put(
            upload["url"],
            data=content,
            headers={**upload["headers"], "Authorization": None},
            name="image",
            catch_response=True,
        ) as answer:
            if answer.status_code != 200:
                answer.failure(error_of(answer))
                return None
        inspection_id = inspection_id_of(upload["bucket"], upload["key"], answer.headers["ETag"].strip('"'))
        LEDGER.accepted.add(inspection_id)
        return inspection_id

    def wait_for(self, inspection_id: str, since: float) -> None:
        """Request the verdict after growing pauses, and report the time since the upload."""
        for pause in pauses():
            if self.has_verdict(inspection_id):
                return self.report_wait(time.perf_counter() - since)
            time.sleep(pause)
        return None

    def has_verdict(self, inspection_id: str) -> bool:
        """Request the inspection once. 404 means that there is none yet."""
        path = f"/inspections/{inspection_id}"
        with self.client.get(path, name="/inspections/{id}", catch_response=True) as answer:
            if answer.status_code == 200:
                LEDGER.note(answer.json())
            elif answer.status_code == 404:
                answer.success()
            return inspection_id in LEDGER.judged

    def report_wait(self, seconds: float) -> None:
        """Report the time to the verdict to locust, as a request of its own."""
        self.environment.events.request.fire(
            request_type="WAIT",
            name="for the verdict",
            response_time=seconds * 1000,
            response_length=0,
            exception=None,
            context={},
        )


def pauses() -> Iterator[float]:
    """0.25 s, doubling up to 4 s, until WAIT_SECONDS have passed."""
    waited, pause = 0.0, 0.25
    while waited < WAIT_SECONDS:
        yield pause
        waited, pause = waited + pause, min(pause * 2, 4)


class Shape(LoadTestShape):
    """The number of cameras over time, by the option `--shape`."""

    def tick(self) -> tuple[int, float] | None:
        """(cameras, cameras to start a second); None ends the run."""
        assert self.runner is not None
        options = self.runner.environment.parsed_options
        assert options is not None
        passed = self.get_run_time() / options.seconds
        return None if passed >= 1 else (PROFILES[options.shape](passed, options.cameras), options.cameras)


@events.init_command_line_parser.add_listener
def add_options(parser: Any) -> None:
    """Add Linewatch's options to locust's command line."""
    parser.add_argument("--shape", choices=list(PROFILES), default="steady", help="how the number of cameras changes")
    parser.add_argument("--cameras", type=int, default=10, help="the largest number of cameras at a time")
    parser.add_argument("--seconds", type=float, default=60, help="the length of the run")
    parser.add_argument("--results", help="a JSON file to write the results to")


@events.test_stop.add_listener
def report(environment: Any, **_event: object) -> None:
    """Wait for missing verdicts and print the result. The run fails when an accepted image has no verdict."""
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
    if environment.parsed_options.results:
        Path(environment.parsed_options.results).write_text(json.dumps(LEDGER.to_dict()))
