"""A camera's part of the replay: a presigned URL for each image, counted as the API's own requests, and the upload."""

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
from linewatch.dev.bench.fixture import LINE, PROJECT, Ready
from linewatch.dev.bench.request_counter import RequestCounter

AT_ONCE = 10
"""Uploads side by side."""

DEFECTIVE = 50
"""One image in so many shows a defect."""

LOW_CONFIDENCE = 0.2
"""Below it a normal image alerts too, by infra's default."""


def upload(it: Ready, count: int, urls: int, counter: RequestCounter) -> None:
    """Ask for URLs and put the images, as a camera does."""
    with counter.watching("authorize"):
        grant = it.linewatch.access.authorize(it.token)
    assert grant is not None
    quiet, defective = cycle(_quiet(it)), cycle(it.anomalous)
    contents = [next(defective if number % DEFECTIVE == 0 else quiet) for number in range(count)]
    with httpx.Client() as bucket, ThreadPoolExecutor(AT_ONCE) as pool:
        for some in batched(contents, urls):
            with counter.watching("api_handler"):
                uploads = _allowed(it.linewatch, some, grant)
            deque(pool.map(partial(_put, bucket), uploads, some), maxlen=0)


def _quiet(it: Ready) -> list[bytes]:
    """The normal images that alert nobody: so that the share of those that do is known."""
    model = it.linewatch.models.registry.live(PROJECT)
    found = [(content, model.predict(content)) for content in it.normal]
    return [
        content
        for content, prediction in found
        if not prediction.anomalous and confidence_of(prediction.anomaly_probability) > LOW_CONFIDENCE
    ]


def _put(bucket: httpx.Client, upload: Upload, content: bytes) -> None:
    bucket.put(upload.url, content=content, headers=upload.headers).raise_for_status()


def _allowed(linewatch: Linewatch, contents: Sequence[bytes], grant: Grant) -> Sequence[Upload]:
    known = {"line": LINE, "camera": "cam-1", "content_type": "image/jpeg"}
    asked = [
        NewImage.model_validate(
            known
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
    return uploads.request_uploads(asked, grant) if len(asked) > 1 else [uploads.request_upload(asked[0], grant)]
