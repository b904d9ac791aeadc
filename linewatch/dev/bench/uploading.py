"""The camera's part of the replay: request presigned URLs, counted as requests of the API, and upload."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from itertools import batched, cycle
from uuid import uuid4

import httpx

from chalicelib.access.domain import Grant
from chalicelib.composition import Linewatch
from chalicelib.core.inspection import confidence_of
from chalicelib.uploads.request import NewImage, Upload
from linewatch.dev.bench.fixture import LINE, PROJECT, Fixture
from linewatch.dev.bench.request_counter import RequestCounter

AT_ONCE = 10
"""Uploads at a time."""

DEFECTIVE = 50
"""One image in this number shows a defect."""

LOW_CONFIDENCE = 0.2
"""Below this confidence, a normal image also raises an alert, by the default in infra/."""


def upload(fixture: Fixture, count: int, urls: int, counter: RequestCounter) -> None:
    """Request URLs and upload the images, as a camera does."""
    with counter.watching("authorize"):
        grant = fixture.linewatch.access.authorize(fixture.token)
    assert grant is not None
    quiet, defective = cycle(_without_alert(fixture)), cycle(fixture.anomalous)
    contents = [next(defective if number % DEFECTIVE == 0 else quiet) for number in range(count)]
    with httpx.Client(trust_env=False) as bucket, ThreadPoolExecutor(AT_ONCE) as pool:
        for some in batched(contents, urls):
            with counter.watching("api_handler"):
                uploads = _request_urls(fixture.linewatch, some, grant)
            deque(pool.map(partial(_put, bucket), uploads, some), maxlen=0)


def _without_alert(fixture: Fixture) -> list[bytes]:
    """The normal images that raise no alert, so that the share of images with alerts is known."""
    model = fixture.linewatch.models.registry.live(PROJECT)
    predictions = [(content, model.predict(content)) for content in fixture.normal]
    return [
        content
        for content, prediction in predictions
        if not prediction.anomalous and confidence_of(prediction.anomaly_probability) > LOW_CONFIDENCE
    ]


def _put(bucket: httpx.Client, upload: Upload, content: bytes) -> None:
    bucket.put(upload.url, content=content, headers=upload.headers).raise_for_status()


def _request_urls(linewatch: Linewatch, contents: Sequence[bytes], grant: Grant) -> Sequence[Upload]:
    shared = {"line": LINE, "camera": "cam-1", "content_type": "image/jpeg"}
    requests = [
        NewImage.model_validate(
            shared
            | {
                "image_id": uuid4().hex,
                "captured_at": datetime.now(UTC).isoformat(),
                "size_bytes": len(content),
                "sha256": sha256(content).hexdigest(),
            }
        )
        for content in contents
    ]
    uploads = linewatch.uploads
    return (
        uploads.request_uploads(requests, grant) if len(requests) > 1 else [uploads.request_upload(requests[0], grant)]
    )
