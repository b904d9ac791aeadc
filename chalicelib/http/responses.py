"""Build the responses."""

from http import HTTPStatus

from chalice.app import Response

PNG = "image/png"
ANY_TYPE = ["*/*"]
"""Accept every content type here: Chalice's own check would answer in a different format."""


def answer_of(content: str | bytes, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """JSON text or the bytes of a PNG, which no proxy may cache: they can hold signed URLs and data for this client."""
    content_type = "application/json" if isinstance(content, str) else PNG
    return Response(content, {"Content-Type": content_type, "Cache-Control": "no-store"}, status.value)
