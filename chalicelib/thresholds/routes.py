"""The routes by which people see what a threshold costs, and make a version with another one.

What answers them is imported when they are asked: app.py imports this module for every function.
"""

import json
from collections.abc import Callable
from http import HTTPStatus

from chalice.app import Blueprint, ChaliceAuthorizer, Request
from pydantic import BaseModel, ConfigDict

from chalicelib.access.domain import Grant
from chalicelib.core.errors import InvalidRequest
from chalicelib.http.requests import body_of, query_of
from chalicelib.http.route import expose
from chalicelib.thresholds.wiring import ThresholdsWiring

THRESHOLD = "/projects/{project}/models/{version}/threshold"


class PricesQuery(BaseModel):
    """What a defective part that passes costs, and a good one that is stopped; and the share of defective parts.

    All three, or none.
    """

    model_config = ConfigDict(extra="forbid", defer_build=True)

    escape_cost: float | None = None
    reject_cost: float | None = None
    defect_share: float | None = None


class NewThreshold(BaseModel):
    """The probability of an anomaly above which a part is stopped, 0 to 1."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    threshold: float


def routes(authorize: ChaliceAuthorizer, thresholds: Callable[[], ThresholdsWiring]) -> Blueprint:
    """What each threshold of a version does and costs, and a new version with another one."""

    def show_thresholds(request: Request, grant: Grant, project: str, version: str) -> str:
        """What each threshold of a version does and, with prices, what it costs.

        The counts are those of images that the version had not learned from.
        """
        from chalicelib.thresholds.answers import thresholds_as_json
        from chalicelib.vision.costs import Costs

        prices = query_of(request, PricesQuery).model_dump()
        if None in prices.values() and any(each is not None for each in prices.values()):
            raise InvalidRequest(*((name, "is missing") for name, each in prices.items() if each is None))
        costs = None if None in prices.values() else Costs(*prices.values())
        return json.dumps(thresholds_as_json(thresholds().show_thresholds(project, version, costs, grant)))

    def move_threshold(request: Request, grant: Grant, project: str, version: str) -> str:
        """Make a version with the same weights and another threshold.

        Asked for twice, there is one.
        """
        from chalicelib.projects.answers import version_as_json

        wanted = body_of(request, NewThreshold).threshold
        return json.dumps(version_as_json(thresholds().move_threshold(project, version, wanted, grant)))

    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", THRESHOLD), show_thresholds, authorize)
    expose(blueprint, ("POST", THRESHOLD), move_threshold, authorize, HTTPStatus.CREATED)
    return blueprint
