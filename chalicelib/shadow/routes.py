"""The routes by which people start, follow and stop shadow runs."""

import json
from collections.abc import Callable
from http import HTTPStatus

from chalice.app import Blueprint, ChaliceAuthorizer, Request
from pydantic import BaseModel, ConfigDict

from chalicelib.access.domain import Grant
from chalicelib.http.requests import body_of, query_of
from chalicelib.http.route import expose
from chalicelib.shadow.wiring import ShadowWiring

SHADOW = "/projects/{project}/shadow"
VERSION = "/projects/{project}/models/{version}/shadow"


class ShadowSize(BaseModel):
    """When a shadow run ends: after so many images or hours, whichever is first."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    images: int | None = None
    hours: int | None = None


def routes(authorize: ChaliceAuthorizer, shadow: Callable[[], ShadowWiring]) -> Blueprint:
    """What a shadow run takes, its start, how it stands, and its end."""
    views = ShadowViews(shadow)
    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", VERSION), views.estimate_shadow, authorize)
    expose(blueprint, ("POST", VERSION), views.start_shadow, authorize, HTTPStatus.ACCEPTED)
    expose(blueprint, ("GET", SHADOW), views.show_shadow, authorize)
    expose(blueprint, ("DELETE", SHADOW), views.stop_shadow, authorize)
    return blueprint


class ShadowViews:
    """The views of the routes."""

    def __init__(self, shadow: Callable[[], ShadowWiring]) -> None:
        self._shadow = shadow

    def estimate_shadow(self, request: Request, grant: Grant, project: str, version: str) -> str:
        """How much a shadow run would be at most; nothing is stored."""
        from chalicelib.shadow.answers import estimate_as_json
        from chalicelib.shadow.run import NewShadow

        wanted = NewShadow(version=version, **query_of(request, ShadowSize).model_dump(exclude_none=True))
        return json.dumps(estimate_as_json(wanted, self._shadow().estimate(project, wanted, grant)))

    def start_shadow(self, request: Request, grant: Grant, project: str, version: str) -> str:
        """Have a version judge live images in the shadow of the hosted one."""
        from chalicelib.shadow.answers import shadow_as_json
        from chalicelib.shadow.run import NewShadow

        wanted = NewShadow(version=version, **body_of(request, ShadowSize).model_dump(exclude_none=True))
        shadow = self._shadow()
        return json.dumps(shadow_as_json(project, shadow.start(project, wanted, grant), shadow.platform.clock()))

    def show_shadow(self, _request: Request, grant: Grant, project: str) -> str:
        """How the last shadow run of a project stands, and what it shows."""
        from chalicelib.shadow.answers import progress_as_json

        shadow = self._shadow()
        return json.dumps(progress_as_json(project, shadow.show(project, grant), shadow.platform.clock()))

    def stop_shadow(self, _request: Request, grant: Grant, project: str) -> str:
        """End the shadow run of a project."""
        from chalicelib.shadow.answers import shadow_as_json

        shadow = self._shadow()
        return json.dumps(shadow_as_json(project, shadow.stop(project, grant), shadow.platform.clock()))
