"""Cameras ask where to put images."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from chalice.app import Blueprint, ChaliceAuthorizer, Request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from chalicelib import wiring
from chalicelib.api.answering import expose
from chalicelib.api.reading import body_of, query_of
from chalicelib.domain.access import Grant
from chalicelib.observability import tell
from chalicelib.stages.fields import Id
from chalicelib.stages.upload import NewImage, Upload

LARGEST_BATCH = 100


class Batch(BaseModel):
    """Several images at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    images: Annotated[list[NewImage], Field(min_length=1, max_length=LARGEST_BATCH)]


class LegacyQuery(BaseModel):
    """What clients of the archived sample send; more than that is ignored, as it was there."""

    cameraid: Id
    assemblylineid: Id
    imageid: Id


class Uploads(BaseModel):
    """The answers, in the order of the images."""

    uploads: list[Upload]


_UPLOAD = TypeAdapter(Upload)


def routes(authorize: ChaliceAuthorizer, authorize_legacy: ChaliceAuthorizer) -> Blueprint:
    """`POST /uploads`, `POST /uploads/batch`, and the archived sample's `GET /getsignedurl`."""
    blueprint = Blueprint(__name__)
    expose(blueprint, ("POST", "/uploads"), request_upload, authorize, HTTPStatus.CREATED)
    expose(blueprint, ("POST", "/uploads/batch"), request_uploads, authorize, HTTPStatus.CREATED)
    expose(blueprint, ("GET", "/getsignedurl"), request_legacy_upload, authorize_legacy)
    return blueprint


def request_upload(request: Request, grant: Grant) -> str:
    """Where and how to put one image."""
    upload = wiring.request_upload()(body_of(request, NewImage), grant)
    _tell_allowed(grant, [upload])
    return _UPLOAD.dump_json(upload).decode()


def request_uploads(request: Request, grant: Grant) -> str:
    """Where and how to put up to 100 images; all or none."""
    uploads = wiring.request_uploads()(body_of(request, Batch).images, grant)
    _tell_allowed(grant, uploads)
    return Uploads(uploads=uploads).model_dump_json()


def request_legacy_upload(request: Request, grant: Grant) -> str:
    """A URL that takes a JPEG, and the name that the image has with it."""
    asked = query_of(request, LegacyQuery)
    key, url = wiring.request_legacy_upload()(asked.assemblylineid, asked.cameraid, asked.imageid, grant)
    tell("uploads allowed", key_id=grant.key_id, keys=[key])
    return json.dumps({"uploadURL": url, "photoFilename": f"{asked.imageid}.jpg"})


def _tell_allowed(grant: Grant, uploads: Sequence[Upload]) -> None:
    """One line for a batch. By the legacy route an image has no correlation id yet: its key leads on from there."""
    tell(
        "uploads allowed",
        key_id=grant.key_id,
        keys=[upload.key for upload in uploads],
        correlation_ids=[upload.correlation_id for upload in uploads],
    )
