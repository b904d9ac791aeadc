"""Whether the API answers."""

import json

from chalice.app import Blueprint, Response

from chalicelib import outside
from chalicelib.api.answering import ANY_TYPE, answer_of


def routes() -> Blueprint:
    """`GET /health`, the one route that is open to all."""
    blueprint = Blueprint(__name__)
    blueprint.route("/health", content_types=ANY_TYPE)(health)
    return blueprint


def health() -> Response:
    """The API runs, and as which stage."""
    return answer_of(json.dumps({"status": "ok", "stage": outside.settings().stage}))
