"""The routes by which people see the versions of a project and their training reports."""

import json
from collections.abc import Callable

from chalice.app import Blueprint, ChaliceAuthorizer, Request

from chalicelib.access.domain import Grant
from chalicelib.http.responses import json_of_link
from chalicelib.http.route import expose
from chalicelib.projects.wiring import ProjectsWiring


def routes(authorize: ChaliceAuthorizer, projects: Callable[[], ProjectsWiring]) -> Blueprint:
    """The list of versions, and the training report of one."""

    def list_versions(_request: Request, grant: Grant, project: str) -> str:
        """All versions of a project, the newest first: what each is, how good it is, and what becomes of it."""
        return json.dumps(projects().list_versions(project, grant))

    def find_report(_request: Request, grant: Grant, project: str, version: str) -> str:
        """A link to the training report of a version, an HTML file."""
        return json_of_link(projects().find_report(project, version, grant))

    blueprint = Blueprint(__name__)
    expose(blueprint, ("GET", "/projects/{project}/models"), list_versions, authorize)
    expose(blueprint, ("GET", "/projects/{project}/models/{version}/report"), find_report, authorize)
    return blueprint
