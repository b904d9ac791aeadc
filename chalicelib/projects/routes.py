"""The routes by which people see and change data sets, have versions trained, and see what there is of both."""

import json
from collections.abc import Callable
from http import HTTPStatus

from chalice.app import Blueprint, ChaliceAuthorizer, Request
from pydantic import BaseModel, ConfigDict

from chalicelib.access.domain import Grant
from chalicelib.http.requests import body_of
from chalicelib.http.responses import json_of_link
from chalicelib.http.route import expose
from chalicelib.projects.image_views import ImageViews
from chalicelib.projects.places import Places
from chalicelib.projects.versions import NewModel
from chalicelib.projects.wiring import ProjectsWiring

PROJECT = "/projects/{project}"
DATASET = f"{PROJECT}/datasets/{{dataset}}"


class NewTraining(BaseModel):
    """A version to train. The description has letters, digits, dots, hyphens and underscores."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    description: str = ""


def routes(authorize: ChaliceAuthorizer, projects: Callable[[], ProjectsWiring]) -> Blueprint:
    """The images of data sets, the list of versions, the training of the next one, and the report of a training."""
    views = VersionViews(projects)
    blueprint = Blueprint(__name__)
    _expose_images(blueprint, authorize, ImageViews(projects))
    expose(blueprint, ("GET", f"{PROJECT}/models"), views.list_versions, authorize)
    expose(blueprint, ("POST", f"{PROJECT}/models"), views.train_next, authorize, HTTPStatus.ACCEPTED)
    expose(blueprint, ("GET", f"{PROJECT}/training"), views.plan_training, authorize)
    expose(blueprint, ("GET", f"{PROJECT}/models/{{version}}/report"), views.find_report, authorize)
    return blueprint


class VersionViews:
    """The versions of a project."""

    def __init__(self, projects: Callable[[], ProjectsWiring]) -> None:
        self._projects = projects

    def list_versions(self, _request: Request, grant: Grant, project: str) -> str:
        """All versions of a project, the newest first: what each is, how good it is, and what becomes of it."""
        return json.dumps(self._projects().list_versions(project, grant))

    def train_next(self, request: Request, grant: Grant, project: str) -> str:
        """Train the next version on the project's data sets.

        Its `progress` and its end are in the list of versions.
        """
        from chalicelib.projects.answers import version_as_json

        description = body_of(request, NewTraining).description
        wiring = self._projects()
        new = NewModel(output=Places(wiring.platform.settings.bucket, project).training, description=description)
        return json.dumps(version_as_json(wiring.create_model(project, new, grant)))

    def plan_training(self, _request: Request, grant: Grant, project: str) -> str:
        """What training the next version would be, and what it lacks."""
        from chalicelib.projects.answers import plan_as_json

        return json.dumps(plan_as_json(self._projects().plan_training(project, grant)))

    def find_report(self, _request: Request, grant: Grant, project: str, version: str) -> str:
        """A link to the training report of a version, an HTML file."""
        return json_of_link(self._projects().find_report(project, version, grant))


def _expose_images(blueprint: Blueprint, authorize: ChaliceAuthorizer, views: ImageViews) -> None:
    expose(blueprint, ("GET", f"{DATASET}/images"), views.list_images, authorize)
    expose(blueprint, ("GET", f"{DATASET}/picture"), views.find_dataset_picture, authorize)
    expose(blueprint, ("POST", f"{DATASET}/images"), views.add_image, authorize, HTTPStatus.CREATED)
    expose(blueprint, ("POST", f"{DATASET}/changes"), views.change_images, authorize)
    expose(blueprint, ("GET", f"{DATASET}/remarks"), views.show_remarks, authorize)
