"""The health route."""

import json
from collections.abc import Callable

from chalice.app import Blueprint, Response

from chalicelib.aws.platform import Platform
from chalicelib.http.responses import ANY_TYPE, answer_of


def routes(platform: Callable[[], Platform]) -> Blueprint:
    """`GET /health`, the only route that needs no key."""
    blueprint = Blueprint(__name__)

    def health() -> Response:
        return answer_of(json.dumps({"status": "ok", "stage": platform().settings.stage}))

    blueprint.route("/health", content_types=ANY_TYPE)(health)
    return blueprint
