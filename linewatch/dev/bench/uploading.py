"""The camera's part of the replay: request presigned URLs, counted as requests of the API, and upload."""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from itertools import batched, cycle
from typing import Any
from uuid import uuid4

import httpx
from chalice.app import Request

from chalicelib.access.domain import Grant
from chalicelib.composition import Linewatch
from chalicelib.core.inspection import confidence_of
from chalicelib.uploads.routes import UploadViews
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
                uploads = answered(
                    fixture.linewatch, [new_image(content, datetime.now(UTC)) for content in some], grant
                )
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


def _put(bucket: httpx.Client, upload: Mapping[str, Any], content: bytes) -> None:
    bucket.put(upload["url"], content=content, headers=upload["headers"]).raise_for_status()


def answered(linewatch: Linewatch, images: Sequence[Mapping[str, Any]], grant: Grant) -> list[dict[str, Any]]:
    """The uploads that the API's own code answers, with what it logs."""
    views = UploadViews(lambda: linewatch.uploads)
    if len(images) == 1:
        return [json.loads(views.request_upload(_request("/uploads", images[0]), grant))]
    uploads: list[dict[str, Any]] = json.loads(
        views.request_uploads(_request("/uploads/batch", {"images": images}), grant)
    )["uploads"]
    return uploads


def _request(path: str, body: Mapping[str, Any]) -> Request:
    """A request as the gateway passes it to the API's function."""
    return Request(
        {
            "multiValueQueryStringParameters": None,
            "headers": {"Content-Type": "application/json"},
            "pathParameters": None,
            "requestContext": {"httpMethod": "POST", "resourcePath": path},
            "body": json.dumps(body),
            "isBase64Encoded": False,
            "stageVariables": None,
        }
    )


def new_image(content: bytes, captured_at: datetime) -> dict[str, Any]:
    """What a camera says of an image that it wants to upload."""
    return {
        "line": LINE,
        "camera": "cam-1",
        "content_type": "image/jpeg",
        "image_id": uuid4().hex,
        "captured_at": captured_at.isoformat(),
        "size_bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }
