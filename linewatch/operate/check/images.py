"""Known images through the whole chain: as a camera sends them, to their verdicts and their rows in the lake."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from chalicelib.access.domain import Role
from chalicelib.composition import Linewatch
from chalicelib.core.clock import utc_now
from chalicelib.core.image import CHECK_PROJECT, inspection_id_of
from chalicelib.core.inspection import LIVE, Inspection
from linewatch.camera.api import Api
from linewatch.camera.retry import RetryPolicy
from linewatch.operate.check.known_images import KnownImage, known_images, make_model_ready
from linewatch.operate.check.outcome import Outcome, Status
from linewatch.operate.filesystem import filesystem
from linewatch.operate.trace import files_with
from linewatch.stack.target import Target

LINE = "check"
CAMERA = "check"
POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class SentImage:
    """An image that is in the bucket, and the moment when it was."""

    image: KnownImage
    inspection_id: str
    at: float


def checked_images(target: Target, api_url: str, wait_seconds: float, echo: Callable[[str], None]) -> Iterator[Outcome]:
    """Send the known images and compare verdicts, table and lake. Its errors are those of the camera client."""
    linewatch = target.linewatch()
    make_model_ready(linewatch, echo)
    with _key(linewatch) as token, Api(api_url, token, RetryPolicy()) as api:
        sent = [_sent(api, image) for image in known_images()]
        echo("waiting for verdicts")
        answers = _awaited(sent, lambda each: api.inspection(each.inspection_id), wait_seconds)
    yield _verdicts(sent, answers, wait_seconds)
    stored = {each.inspection_id: linewatch.inspections.table.find(each.inspection_id, LIVE) for each in sent}
    yield _table(sent, answers, stored)
    echo("waiting for the rows in the lake")
    yield _lake(target, [inspection for inspection in stored.values() if inspection], wait_seconds)


@contextmanager
def _key(linewatch: Linewatch) -> Iterator[str]:
    """The token of a key for this check, which is revoked after the block."""
    access = linewatch.access
    key, token = access.issue_key(Role.CAMERA, CHECK_PROJECT, lines=[LINE], cameras=[CAMERA], note="linewatch check")
    try:
        yield token
    finally:
        access.keys.revoke(key.grant.key_id, utc_now())


def _sent(api: Api, image: KnownImage) -> SentImage:
    """Upload an image under an id of its own: the same bytes under the same id would not be inspected again."""
    request = {
        "line": LINE,
        "camera": CAMERA,
        "image_id": f"{image.name}-{uuid4().hex}",
        "captured_at": datetime.now(UTC).isoformat(),
        "content_type": "image/jpeg",
        "size_bytes": len(image.content),
        "sha256": image.sha256,
    }
    [upload] = api.request_uploads([request])
    api.put(upload, image.content, image.etag)
    return SentImage(image, inspection_id_of(upload.bucket, upload.key, image.etag), time.monotonic())


type Found = dict[str, tuple[dict[str, Any], float]]
"""Answers of the API by inspection id, with the seconds from the upload to the answer."""


def _awaited(sent: list[SentImage], ask: Callable[[SentImage], dict[str, Any] | None], seconds: float) -> Found:
    found: Found = {}
    until = time.monotonic() + seconds
    while len(found) < len(sent) and time.monotonic() < until:
        for each in sent:
            if each.inspection_id not in found and (answer := ask(each)):
                found[each.inspection_id] = answer, time.monotonic() - each.at
        if len(found) < len(sent):
            time.sleep(POLL_SECONDS)
    return found


def _verdicts(sent: list[SentImage], answers: Found, seconds: float) -> Outcome:
    advice = "linewatch dead-letters list; then the log of inspect_images"
    if missing := [each.inspection_id for each in sent if each.inspection_id not in answers]:
        details = f"no verdict after {seconds:.0f} s: {', '.join(missing)}"
        return Outcome("verdicts", Status.FAILED, details, f"linewatch trace {missing[0]}; {advice}")
    wrong = [
        f"the {each.image.name} image is {verdict}, not {each.image.verdict}"
        for each in sent
        if (verdict := answers[each.inspection_id][0]["verdict"]) != each.image.verdict
    ]
    if wrong:
        return Outcome("verdicts", Status.FAILED, "; ".join(wrong), advice)
    slowest = max(took for _, took in answers.values())
    return Outcome("verdicts", Status.OK, f"{len(sent)} of {len(sent)} right, the slower one after {slowest:.1f} s")


def _table(sent: list[SentImage], answers: Found, stored: Mapping[str, Inspection | None]) -> Outcome:
    different = [
        each.inspection_id
        for each in sent
        if each.inspection_id in answers
        and (
            (found := stored[each.inspection_id]) is None or found.verdict != answers[each.inspection_id][0]["verdict"]
        )
    ]
    if different:
        details = f"the API says otherwise than the table: {', '.join(different)}"
        return Outcome("table", Status.FAILED, details, "linewatch audit")
    count = sum(inspection is not None for inspection in stored.values())
    return Outcome("table", Status.OK if count else Status.SKIPPED, f"{count} inspections stored")


def _lake(target: Target, stored: list[Inspection], seconds: float) -> Outcome:
    if not stored:
        return Outcome("lake", Status.SKIPPED, "there is no inspection to look for")
    files, until = filesystem(target), time.monotonic() + seconds
    while missing := [each.inspection_id for each in stored if not files_with(files, target.bucket, each)]:
        if time.monotonic() > until:
            details = f"no row after {seconds:.0f} s: {', '.join(missing)}"
            return Outcome("lake", Status.FAILED, details, f"linewatch trace {missing[0]}; the log of archive_results")
        time.sleep(POLL_SECONDS)
    return Outcome("lake", Status.OK, f"{len(stored)} rows")
