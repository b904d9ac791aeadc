"""Build the responses."""

import json
from http import HTTPStatus
from typing import TypedDict

from chalice.app import Response

from chalicelib.core.image import content_type_of
from chalicelib.core.link import Link
from chalicelib.core.texts import Instant

PNG, JPEG, BYTES = "image/png", "image/jpeg", "application/octet-stream"
ANY_TYPE = ["*/*"]
"""Accept every content type here: Chalice's own check would answer in a different format."""


class Problem(TypedDict):
    """An error: a code for programs, and a message for people."""

    code: str
    message: str


class FieldProblem(TypedDict):
    """What is wrong with a field, such as `images.3.line`; it is empty if the whole request is meant."""

    field: str
    message: str


class InvalidProblem(Problem):
    """A wrong request: at most 100 errors."""

    errors: list[FieldProblem]


class StaleProblem(Problem):
    """Somebody was faster: look at what there is in this revision, then answer again."""

    revision: int


class PendingProblem(Problem):
    """There is no inspection yet: ask for this one later."""

    inspection_id: str


class LinkAnswer(TypedDict):
    """A URL that needs no key until `expires_at`."""

    url: str
    expires_at: Instant


def answer_of(content: str | bytes, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """JSON text or a picture, which no proxy may cache: they can hold signed URLs and data for this client."""
    content_type = "application/json" if isinstance(content, str) else content_type_of(content) or BYTES
    return Response(content, {"Content-Type": content_type, "Cache-Control": "no-store"}, status.value)


def json_of_link(link: Link) -> str:
    """A `LinkAnswer`."""
    return json.dumps(LinkAnswer(url=link.url, expires_at=link.expires_at.isoformat(timespec="seconds")))
