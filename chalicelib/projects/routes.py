"""The routes by which people see the data sets and versions of a project, and change the images of a data set."""

import json
from collections.abc import Callable
from http import HTTPStatus

from chalice.app import Blueprint, ChaliceAuthorizer, Request

from chalicelib.access.domain import Grant
from chalicelib.http.responses import json_of_link
from chalicelib.http.route import expose
from chalicelib.projects.image_views import ImageViews
from chalicelib.projects.wiring import ProjectsWiring

DATASET = "/projects/{project}/datasets/{dataset}"


def routes(authorize: ChaliceAuthorizer, projects: Callable[[], ProjectsWiring]) -> Blueprint:
    """The images of data sets, the list of versions, and the training report of one."""

    def list_versions(_request: Request, grant: Grant, project: str) -> str:
        """All versions of a project, the newest first: what each is, how good it is, and what becomes of it."""
        return json.dumps(projects().list_versions(project, grant))

    def find_report(_request: Request, grant: Grant, project: str, version: str) -> str:
        """A link to the training report of a version, an HTML file."""
        return json_of_link(projects().find_report(project, version, grant))

    blueprint = Blueprint(__name__)
    _expose_images(blueprint, authorize, ImageViews(projects))
    expose(blueprint, ("GET", "/projects/{project}/models"), list_versions, authorize)
    expose(blueprint, ("GET", "/projects/{project}/models/{version}/report"), find_report, authorize)
    return blueprint


def _expose_images(blueprint: Blueprint, authorize: ChaliceAuthorizer, views: ImageViews) -> None:
    expose(blueprint, ("GET", f"{DATASET}/images"), views.list_images, authorize)
    expose(blueprint, ("POST", f"{DATASET}/images"), views.add_image, authorize, HTTPStatus.CREATED)
    expose(blueprint, ("POST", f"{DATASET}/changes"), views.change_images, authorize)
    expose(blueprint, ("GET", f"{DATASET}/remarks"), views.show_remarks, authorize)
