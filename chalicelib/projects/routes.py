"""The route by which people find the training report of a version."""

from collections.abc import Callable

from chalice.app import Blueprint, ChaliceAuthorizer, Request

from chalicelib.access.domain import Grant
from chalicelib.http.responses import json_of_link
from chalicelib.http.route import expose
from chalicelib.projects.wiring import ProjectsWiring


def routes(authorize: ChaliceAuthorizer, projects: Callable[[], ProjectsWiring]) -> Blueprint:
    """`GET /projects/{project}/models/{version}/report`."""

    def find_report(_request: Request, grant: Grant, project: str, version: str) -> str:
        """A link to the training report of a version, an HTML file."""
        return json_of_link(projects().find_report(project, version, grant))

    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", "/projects/{project}/models/{version}/report"), find_report, authorize)
    return blueprint
