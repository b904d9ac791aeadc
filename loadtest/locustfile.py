"""Cameras that ask for URLs, upload, and wait for the verdict.

On AWS: `LINEWATCH_KEY=lw_… locust -f loadtest/locustfile.py --headless --host <API URL> --run-time 60s`.
On the local stack `make loadtest` starts everything. The key must allow the line `load`.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import uuid4

from locust import HttpUser, LoadTestShape, constant_pacing, events, task
from PIL import Image

from chalicelib.domain.image import inspection_id_of
from linewatch.samples import draw
from loadtest.profiles import PROFILES

PATIENCE = 120
"""Seconds after which an accepted image without a verdict counts as lost."""


def jpeg(seed: int) -> bytes:
    """A drawn part as a camera would send it."""
    written = BytesIO()
    Image.fromarray(draw(seed, "test", 0, anomalous=seed % 4 == 0)[0]).save(written, "JPEG", quality=90)
    return written.getvalue()


CONTENTS = [jpeg(seed) for seed in range(8)]


@dataclass
class Ledger:
    """Every image that the bucket accepted, and which of them have a verdict."""

    accepted: set[str] = field(default_factory=set)
    judged: set[str] = field(default_factory=set)

    @property
    def missing(self) -> set[str]:
        return self.accepted - self.judged


LEDGER = Ledger()


def terms_of(content: bytes, camera: str) -> dict[str, object]:
    """What to ask a URL for. The image id is new each time, so that each upload is another image."""
    return {
        "line": "load",
        "camera": camera,
        "image_id": uuid4().hex,
        "captured_at": datetime.now(UTC).isoformat(),
        "content_type": "image/jpeg",
        "size_bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }


class Camera(HttpUser):
    """Takes one image a second, and every fifth time ten at once."""

    wait_time = constant_pacing(1)

    def on_start(self) -> None:
        """Sign in and take a name."""
        self.client.headers["Authorization"] = f"Bearer {os.environ['LINEWATCH_KEY']}"
        self.name = f"camera-{uuid4().hex[:8]}"

    @task(4)
    def one(self) -> None:
        """An image by its own URL."""
        content = CONTENTS[int(time.time()) % len(CONTENTS)]
        with self.client.post("/uploads", json=terms_of(content, self.name), catch_response=True) as answer:
            if answer.status_code != 201:
                answer.failure(answer.text)
                return
        self.send([(answer.json(), content)])

    @task(1)
    def ten(self) -> None:
        """Ten images by the URLs of one request."""
        contents = [CONTENTS[number % len(CONTENTS)] for number in range(10)]
        asked = {"images": [terms_of(content, self.name) for content in contents]}
        with self.client.post("/uploads/batch", json=asked, catch_response=True) as answer:
            if answer.status_code != 201:
                answer.failure(answer.text)
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
            name="PUT image",
            catch_response=True,
        ) as answer:
            if answer.status_code != 200:
                answer.failure(answer.text)
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
        with self.client.get(path, name="GET /inspections/{id}", catch_response=True) as answer:
            if answer.status_code == 200:
                LEDGER.judged.add(inspection_id)
            elif answer.status_code == 404:
                answer.success()
            return inspection_id in LEDGER.judged

    def note(self, seconds: float) -> None:
        """Report the whole way as a step of its own."""
        self.environment.events.request.fire(
            request_type="WAIT",
            name="upload to verdict",
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
    """Follows the chosen profile."""

    def tick(self) -> tuple[int, float] | None:
        """(cameras, cameras started a second); None ends the run."""
        assert self.runner is not None
        options = self.runner.environment.parsed_options
        assert options is not None
        passed = self.get_run_time() / options.seconds
        return None if passed >= 1 else (PROFILES[options.profile](passed, options.cameras), options.cameras)


@events.init_command_line_parser.add_listener
def add_options(parser: Any) -> None:
    """`--profile`, `--cameras` and `--seconds`."""
    parser.add_argument("--profile", choices=list(PROFILES), default="steady")
    parser.add_argument("--cameras", type=int, default=10, help="the most cameras at once")
    parser.add_argument("--seconds", type=float, default=60, help="how long the run takes")


@events.test_stop.add_listener
def account(environment: Any, **_told: object) -> None:
    """Wait for the verdicts that are still due, say what became of every accepted image, fail when one is missing."""
    import requests

    headers = {"Authorization": f"Bearer {os.environ['LINEWATCH_KEY']}"}
    for pause in pauses():
        for inspection_id in sorted(LEDGER.missing):
            answer = requests.get(f"{environment.host}/inspections/{inspection_id}", headers=headers, timeout=30)
            if answer.ok:
                LEDGER.judged.add(inspection_id)
        if not LEDGER.missing:
            break
        time.sleep(pause)
    print(f"accepted {len(LEDGER.accepted)}, with a verdict {len(LEDGER.judged)}, missing {len(LEDGER.missing)}")
    environment.process_exit_code = 1 if LEDGER.missing else None
