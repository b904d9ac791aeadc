"""The routes by which people compare versions, promote one and roll back.

What answers them is imported when they are asked: app.py imports this module for every function.
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Literal

from chalice.app import Blueprint, ChaliceAuthorizer, Request
from pydantic import BaseModel, ConfigDict

from chalicelib.access.domain import Grant
from chalicelib.http.requests import body_of, query_of
from chalicelib.http.route import expose
from chalicelib.promotion.wiring import PromotionWiring

PROJECT = "/projects/{project}"
POLICY = f"{PROJECT}/promotion-policy"
VERSION = f"{PROJECT}/models/{{version}}"


class Size(BaseModel):
    """On what to compare, and with which version; without it, with the hosted one."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    against: str | None = None
    days: int | None = None
    images: int | None = None


class NewComparison(Size):
    """The same, and whether the version shall be promoted if it proves itself and the project has a policy for that."""

    proposes: bool | None = None


class NewPolicy(BaseModel):
    """Who promotes proposed versions, and the least that a comparison must have if that is the policy."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    promotes: Literal["person", "policy"]
    images: int | None = None
    bad_parts: int | None = None


class Promotion(BaseModel):
    """Whether a version may be promoted that was not compared with the hosted one."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    unseen: bool = False


def routes(authorize: ChaliceAuthorizer, promotion: Callable[[], PromotionWiring]) -> Blueprint:
    """Comparisons of versions, what one would take, the promotion of a version, the roll back, and retraining."""
    views = PromotionViews(promotion)
    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", f"{VERSION}/comparison"), views.estimate_comparison, authorize)
    expose(blueprint, ("POST", f"{VERSION}/comparison"), views.compare_versions, authorize, HTTPStatus.ACCEPTED)
    expose(blueprint, ("GET", f"{PROJECT}/comparisons"), views.list_comparisons, authorize)
    expose(blueprint, ("GET", f"{PROJECT}/comparisons/{{comparison}}"), views.show_comparison, authorize)
    expose(blueprint, ("POST", f"{VERSION}/promote"), views.promote_version, authorize, HTTPStatus.ACCEPTED)
    expose(blueprint, ("GET", POLICY), views.show_promotion_policy, authorize)
    expose(blueprint, ("PUT", POLICY), views.set_promotion_policy, authorize)
    expose(blueprint, ("POST", f"{PROJECT}/rollback"), views.roll_back, authorize, HTTPStatus.ACCEPTED)
    expose(blueprint, ("POST", f"{PROJECT}/retrain"), views.retrain, authorize, HTTPStatus.ACCEPTED)
    expose(blueprint, ("GET", f"{PROJECT}/retrain"), views.preview_retraining, authorize)
    expose(blueprint, ("GET", f"{VERSION}/learned"), views.show_learned, authorize)
    return blueprint


class PromotionViews:
    """The views of the routes."""

    def __init__(self, promotion: Callable[[], PromotionWiring]) -> None:
        self._promotion = promotion

    def estimate_comparison(self, request: Request, grant: Grant, project: str, version: str) -> str:
        """How much a comparison would be; nothing is stored."""
        from chalicelib.promotion.answers import plan_as_json
        from chalicelib.promotion.compare import Wanted

        wanted = Wanted(version=version, **query_of(request, Size).model_dump(exclude_none=True))
        return json.dumps(plan_as_json(self._promotion().estimate(project, wanted, grant)))

    def compare_versions(self, request: Request, grant: Grant, project: str, version: str) -> str:
        """Compare a version with the hosted one, or with another one."""
        from chalicelib.promotion.answers import comparison_as_json
        from chalicelib.promotion.compare import Wanted

        wanted = Wanted(version=version, **body_of(request, NewComparison).model_dump(exclude_none=True))
        return json.dumps(comparison_as_json(self._promotion().begin_comparison(project, wanted, grant)))

    def list_comparisons(self, _request: Request, grant: Grant, project: str) -> str:
        """The newest 20 comparisons of a project, without their images."""
        from chalicelib.promotion.answers import progress_as_json
        from chalicelib.promotion.shapes import ComparisonsAnswer

        found = self._promotion().list_comparisons(project, grant)
        return json.dumps(ComparisonsAnswer(comparisons=[progress_as_json(each, flips=False) for each in found]))

    def show_comparison(self, _request: Request, grant: Grant, project: str, comparison: str) -> str:
        """How a comparison stands and what it found."""
        from chalicelib.promotion.answers import progress_as_json

        return json.dumps(progress_as_json(self._promotion().show_comparison(project, comparison, grant)))

    def promote_version(self, request: Request, grant: Grant, project: str, version: str) -> str:
        """Put a version in the place of the hosted one.

        It needs an ended comparison of the two, unless it is wanted `unseen`.
        """
        from chalicelib.promotion.answers import version_as_json

        unseen = body_of(request, Promotion).unseen
        return json.dumps(version_as_json(self._promotion().promote(project, version, grant, unseen=unseen)))

    def show_promotion_policy(self, _request: Request, grant: Grant, project: str) -> str:
        """Who promotes the proposed versions: a person or the policy."""
        from chalicelib.promotion.answers import policy_as_json

        return json.dumps(policy_as_json(project, self._promotion().show_policy(project, grant)))

    def set_promotion_policy(self, request: Request, grant: Grant, project: str) -> str:
        """Let the policy promote proposed versions, or let people decide again."""
        from chalicelib.promotion.answers import policy_as_json
        from chalicelib.promotion.policy import Least

        wanted = body_of(request, NewPolicy)
        sizes = wanted.model_dump(exclude_none=True, exclude={"promotes"})
        least = None if wanted.promotes == "person" else Least(**sizes)
        return json.dumps(policy_as_json(project, self._promotion().set_policy(project, least, grant)))

    def roll_back(self, _request: Request, grant: Grant, project: str) -> str:
        """Host the version again that was hosted before."""
        from chalicelib.promotion.answers import version_as_json

        return json.dumps(version_as_json(self._promotion().roll_back(project, grant)))

    def retrain(self, _request: Request, grant: Grant, project: str) -> str:
        """Train the next version on the data set with the reviews."""
        from chalicelib.promotion.answers import retrained_as_json

        return json.dumps(retrained_as_json(self._promotion().retrain(project, grant)))

    def preview_retraining(self, _request: Request, grant: Grant, project: str) -> str:
        """What a retraining would learn now."""
        from chalicelib.promotion.answers import learned_as_json

        return json.dumps(learned_as_json(self._promotion().preview(project, grant)))

    def show_learned(self, _request: Request, grant: Grant, project: str, version: str) -> str:
        """What a version learned from reviews."""
        from chalicelib.promotion.answers import learned_as_json

        return json.dumps(learned_as_json(self._promotion().show_learned(project, version, grant)))
