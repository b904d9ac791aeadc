"""The views of the routes by which people look through a data set and change it."""

import json
from collections.abc import Callable

from chalice.app import Request

from chalicelib.access.domain import Grant
from chalicelib.core.errors import InvalidRequest, NotFound, TooLarge
from chalicelib.core.image import LARGEST_SENT_WHOLE, content_type_of
from chalicelib.http.requests import body_of, content_of, query_of, require_accept
from chalicelib.http.responses import JPEG
from chalicelib.projects.domain import DatasetType, Location
from chalicelib.projects.image_answers import (
    ImageChanges,
    ImageListing,
    PictureOfImage,
    StoredImageAnswer,
    changed_as_json,
    images_as_json,
    remarks_as_json,
)
from chalicelib.projects.wiring import ProjectsWiring


class ImageViews:
    """The images of a data set."""

    def __init__(self, projects: Callable[[], ProjectsWiring]) -> None:
        self._projects = projects

    def list_images(self, request: Request, grant: Grant, project: str, dataset: str) -> str:
        """A page of the images of a data set, with links to them.

        The links end after 15 minutes.
        """
        part = query_of(request, ImageListing).part()
        return json.dumps(
            images_as_json(self._projects().list_images(project, _type(dataset), part, grant), self._link)
        )

    def find_dataset_picture(self, request: Request, grant: Grant, project: str, dataset: str) -> bytes:
        """A small picture of an image of a data set."""
        require_accept(request, JPEG)
        asked = query_of(request, PictureOfImage)
        return self._projects().find_picture(project, _type(dataset), asked.source, asked, grant)

    def add_image(self, request: Request, grant: Grant, project: str, dataset: str) -> str:
        """Store an image for a data set, a JPEG or PNG of at most 4,500,000 bytes.

        It becomes a part of the data set by a change that adds its `source`. The same image is stored once.
        """
        _type(dataset)
        content = content_of(request)
        if len(content) > LARGEST_SENT_WHOLE:
            raise TooLarge(
                f"the image has {len(content)} bytes; one request takes at most {LARGEST_SENT_WHOLE}: "
                "`linewatch dataset import` takes larger ones"
            )
        if content_type_of(content) is None:
            raise InvalidRequest(("body", "is neither a JPEG nor a PNG"))
        return json.dumps(StoredImageAnswer(source=self._projects().add_image(project, content, grant)))

    def change_images(self, request: Request, grant: Grant, project: str, dataset: str) -> str:
        """Add, label and remove images of a data set, all at once.

        A data set that the project does not have is created.
        """
        changes = body_of(request, ImageChanges).changes()
        return json.dumps(changed_as_json(self._projects().change_images(project, _type(dataset), changes, grant)))

    def show_remarks(self, _request: Request, grant: Grant, project: str, dataset: str) -> str:
        """What the newest training noticed about the images: near-duplicates, and labels that it doubts."""
        found = self._projects().show_remarks(project, _type(dataset), grant)
        return json.dumps(remarks_as_json(found, self._link))

    def _link(self, source: str) -> str:
        place = Location.of(source)
        return self._projects().platform.links.to(place.bucket, place.key).url


def _type(dataset: str) -> DatasetType:
    try:
        return DatasetType(dataset)
    except ValueError as error:
        raise NotFound(f"there is no data set {dataset}: a project has train and test") from error
