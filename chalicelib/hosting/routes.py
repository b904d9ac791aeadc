"""The route by which people see how many images wait."""

import json
from collections.abc import Callable
from typing import TypedDict

from chalice.app import Blueprint, ChaliceAuthorizer, Request

from chalicelib.access.domain import Grant
from chalicelib.hosting.wiring import HostingWiring
from chalicelib.http.route import expose

QUEUE = "/projects/{project}/queue"


class QueueAnswer(TypedDict):
    """How many images wait, and for how long one of them has: null if none waits, or it is not measured yet."""

    waiting: int
    oldest_seconds: float | None


def routes(authorize: ChaliceAuthorizer, hosting: Callable[[], HostingWiring]) -> Blueprint:
    """`GET /projects/{project}/queue`."""

    def find_queue(_request: Request, grant: Grant, project: str) -> str:
        """How many images of a project wait for a verdict.

        The count is approximate. How long the oldest one has waited comes some minutes late, and not from an emulator.
        """
        found = hosting().find_queue(project, grant)
        oldest = None if found.oldest is None else found.oldest.total_seconds()
        return json.dumps(QueueAnswer(waiting=found.waiting, oldest_seconds=oldest))

    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", QUEUE), find_queue, authorize)
    return blueprint
