"""The route by which people see what happened to one image."""

import json
from collections.abc import Callable
from typing import TypedDict

from chalice.app import Blueprint, ChaliceAuthorizer, Request

from chalicelib.access.domain import Grant
from chalicelib.core.texts import Instant
from chalicelib.http.route import expose
from chalicelib.traces.wiring import TracesWiring

TRACE = "/inspections/{inspection_id}/trace"


class StepAnswer(TypedDict):
    """A step of an image.

    `name` is `captured`, `uploaded`, `begun`, `inspected`, `alerted`, `reviewed` or `archived`. `at` is null if the
    time is not stored, as that of `archived`. `outcome` is the verdict, what a person said or did, or whether the alert
    was `sent` at once, `counted` for the digest, or is `held`. `by` is the camera, or the key of a person.
    """

    name: str
    at: Instant | None
    outcome: str | None
    reason: str | None
    by: str | None
    revision: int | None


class TraceAnswer(TypedDict):
    """What happened to an image, in the order of time; what has no time is last. `revision` is the present one."""

    inspection_id: str
    key: str
    correlation_id: str
    revision: int
    steps: list[StepAnswer]


def routes(authorize: ChaliceAuthorizer, traces: Callable[[], TracesWiring]) -> Blueprint:
    """`GET /inspections/{inspection_id}/trace`."""

    def trace_image(_request: Request, grant: Grant, inspection_id: str) -> str:
        """What happened to one image, with times.

        It reads the lake's files of the image's day and line, so ask for one image at a time.
        """
        found = traces().trace_image(inspection_id, grant)
        answer: TraceAnswer = {
            "inspection_id": found.inspection.inspection_id,
            "key": found.inspection.key,
            "correlation_id": found.inspection.correlation_id,
            "revision": found.inspection.revision,
            "steps": [
                {
                    "name": each.name,
                    "at": None if each.at is None else each.at.isoformat(),
                    "outcome": each.outcome,
                    "reason": each.reason,
                    "by": each.by,
                    "revision": each.revision,
                }
                for each in found.steps
            ],
        }
        return json.dumps(answer)

    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", TRACE), trace_image, authorize)
    return blueprint
