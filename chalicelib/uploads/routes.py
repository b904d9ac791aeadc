"""The routes by which cameras send images, or ask where to upload them."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated, TypedDict

from chalice.app import Blueprint, ChaliceAuthorizer, Request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from chalicelib.access.domain import Grant
from chalicelib.aws.observability import log_event
from chalicelib.core.errors import TooLarge
from chalicelib.core.image import LARGEST_SENT_WHOLE
from chalicelib.core.validation import Id
from chalicelib.http.requests import body_of, content_of, query_of
from chalicelib.http.route import expose
from chalicelib.uploads.inspect_now import SentImage
from chalicelib.uploads.request import LARGEST_BATCH, NewImage, Upload
from chalicelib.uploads.wiring import UploadsWiring


class Batch(BaseModel):
    """Several images at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    images: Annotated[list[NewImage], Field(min_length=1, max_length=LARGEST_BATCH)]


class LegacyQuery(BaseModel):
    """The query of clients of the archived sample. Other parameters are ignored, as the sample did."""

    cameraid: Id
    assemblylineid: Id
    imageid: Id


class Uploads(BaseModel):
    """The uploads, in the order of the images."""

    uploads: list[Upload]


class LegacyUpload(TypedDict):
    """Where to send one JPEG, and its file name."""

    uploadURL: str
    photoFilename: str


_UPLOAD = TypeAdapter(Upload)


def routes(
    authorize: ChaliceAuthorizer, authorize_legacy: ChaliceAuthorizer, uploads: Callable[[], UploadsWiring]
) -> Blueprint:
    """`POST /inspections`, `POST /uploads`, `POST /uploads/batch`, and the archived sample's `GET /getsignedurl`."""
    views = UploadViews(uploads)
    blueprint = Blueprint(__name__)
    expose(blueprint, ("POST", "/inspections"), views.inspect_now, authorize)
    expose(blueprint, ("POST", "/uploads"), views.request_upload, authorize, HTTPStatus.CREATED)
    expose(blueprint, ("POST", "/uploads/batch"), views.request_uploads, authorize, HTTPStatus.CREATED)
    expose(blueprint, ("GET", "/getsignedurl"), views.request_legacy_upload, authorize_legacy)
    return blueprint


class UploadViews:
    """To send an image, and the three ways to ask for a URL."""

    def __init__(self, uploads: Callable[[], UploadsWiring]) -> None:
        self._uploads = uploads

    def inspect_now(self, request: Request, grant: Grant) -> str:
        """The inspection of the image in the body, which may have at most 4,500,000 bytes."""
        sent, content = query_of(request, SentImage), content_of(request)
        if len(content) > LARGEST_SENT_WHOLE:
            raise TooLarge(
                f"the image has {len(content)} bytes; one request takes at most {LARGEST_SENT_WHOLE}: "
                "get a presigned URL by POST /uploads, and upload it there"
            )
        return self._uploads().inspect_now(sent, content, grant)

    def request_upload(self, request: Request, grant: Grant) -> str:
        """A presigned URL for one image."""
        upload = self._uploads().request_upload(body_of(request, NewImage), grant)
        _log_allowed(grant, [upload.key])
        return _UPLOAD.dump_json(upload).decode()

    def request_uploads(self, request: Request, grant: Grant) -> str:
        """Presigned URLs for up to 100 images; all or none."""
        uploads = self._uploads().request_uploads(body_of(request, Batch).images, grant)
        _log_allowed(grant, [upload.key for upload in uploads])
        return Uploads(uploads=uploads).model_dump_json()

    def request_legacy_upload(self, request: Request, grant: Grant) -> str:
        """A URL for one JPEG, and its file name, as the archived sample answered."""
        query = query_of(request, LegacyQuery)
        name, url = self._uploads().request_legacy_upload(query.assemblylineid, query.cameraid, query.imageid, grant)
        _log_allowed(grant, [name.key])
        return json.dumps(LegacyUpload(uploadURL=url, photoFilename=f"{query.imageid}.jpg"))


def _log_allowed(grant: Grant, keys: Sequence[str]) -> None:
    """Log one line for the images of one folder: AWS charges for logs by size."""
    folders = defaultdict(list)
    for folder, _, image in (key.rpartition("/") for key in keys):
        folders[folder].append(image)
    for folder, images in folders.items():
        log_event("uploads allowed", key_id=grant.key_id, folder=folder, images=images)
