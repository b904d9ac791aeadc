"""A camera's part of the rehearsal: leave for each image, counted as the API's own requests, and the upload."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from itertools import batched, cycle
from uuid import uuid4

import httpx

from chalicelib import outside, wiring
from chalicelib.domain.access import Grant
from chalicelib.domain.inspection import confidence_of
from chalicelib.stages.upload import NewImage, Upload
from linewatch.bench.ready import LINE, PROJECT, Ready
from linewatch.bench.tally import Tally

AT_ONCE = 10
"""Uploads side by side."""

DEFECTIVE = 50
"""One image in so many shows a defect."""

LOW_CONFIDENCE = 0.2
"""Below it a normal image alerts too, by infra's default."""


def upload(it: Ready, count: int, urls: int, tally: Tally) -> None:
    """Ask for URLs and put the images, as a camera does."""
    with tally.watching("authorize"):
        grant = wiring.authorize_token()(it.token)
    assert grant is not None
    quiet, defective = cycle(_quiet(it)), cycle(it.anomalous)
    contents = [next(defective if number % DEFECTIVE == 0 else quiet) for number in range(count)]
    with httpx.Client() as bucket, ThreadPoolExecutor(AT_ONCE) as pool:
        for some in batched(contents, urls):
            with tally.watching("api_handler"):
                uploads = _allowed(some, grant)
            deque(pool.map(partial(_put, bucket), uploads, some), maxlen=0)


def _quiet(it: Ready) -> list[bytes]:
    """The normal images that alert nobody: so that the share of those that do is known."""
    model = outside.models().live(PROJECT)
    found = [(content, model.inspect(content)) for content in it.normal]
    return [
        content
        for content, finding in found
        if not finding.anomalous and confidence_of(finding.anomaly_probability) > LOW_CONFIDENCE
    ]


def _put(bucket: httpx.Client, upload: Upload, content: bytes) -> None:
    bucket.put(upload.url, content=content, headers=upload.headers).raise_for_status()


def _allowed(contents: Sequence[bytes], grant: Grant) -> Sequence[Upload]:
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
    return wiring.request_uploads()(asked, grant) if len(asked) > 1 else [wiring.request_upload()(asked[0], grant)]
