"""Build the responses."""

from http import HTTPStatus

from chalice.app import Response

ANY_TYPE = ["*/*"]
"""Accept every content type here: Chalice's own check would answer in a different format."""


def answer_of(text: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A JSON response that no proxy may cache: it can hold signed URLs and data for this client only."""
    return Response(text, {"Content-Type": "application/json", "Cache-Control": "no-store"}, status.value)
