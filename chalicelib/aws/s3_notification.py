"""S3's notification of a new object: parse a message, and write one like S3 does.

Format: "Event message structure", Amazon S3 User Guide. Keys are URL-encoded in it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Annotated, Any
from urllib.parse import quote_plus, unquote_plus

from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter
from pydantic_core import PydanticCustomError

from chalicelib.aws.sqs_batch import NAMED, each_of
from chalicelib.core.describe import describe_error
from chalicelib.core.errors import UnreadableNotification
from chalicelib.core.image import UploadedImage
from chalicelib.core.values import LARGEST_INTEGER, Key, Name, Time

_KEY: TypeAdapter[str] = TypeAdapter(Key)


def _text(value: object) -> str:
    """A number would be read as seconds since 1970."""
    if not isinstance(value, str):
        raise PydanticCustomError("text", "must be text")
    return value


class _Bucket(BaseModel):
    name: Annotated[Name, Field(min_length=1)]


class _Object(BaseModel):
    key: Annotated[str, Field(min_length=1, max_length=4096)]
    size: Annotated[int, Field(strict=True, ge=0, le=LARGEST_INTEGER)]
    etag: Annotated[Name, Field(alias="eTag", min_length=1)]


class _S3(BaseModel):
    bucket: _Bucket
    object: _Object


class _Record(BaseModel):
    event_time: Annotated[Time, BeforeValidator(_text), Field(alias="eventTime")]
    s3: _S3


@dataclass(frozen=True, slots=True)
class Notification:
    """The objects that a message announces. `errors` says, for each other record, what is wrong with it."""

    images: list[UploadedImage]
    errors: list[str]


def read_notification(body: str) -> Notification:
    """Parse a message record by record. Raises nothing: what cannot be read is in `errors`.

    S3's test event announces no object.
    """
    try:
        records = _records(json.loads(body))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the body is its error
        return Notification([], [describe_error(error)])
    images: list[UploadedImage] = []
    errors: list[str] = []
    for at, record in enumerate(records):
        try:
            images.append(_image(record))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the record is its error
            errors.append(f"record {at}: {describe_error(error)}")
    return Notification(images, errors)


def each_announced(body: str, work: Callable[[UploadedImage], object]) -> None:
    """Do the work for each object that a message announces; then raise the first error, of the work or the message."""
    notification = read_notification(body)
    each_of(notification.images, work)
    if notification.errors:
        raise UnreadableNotification("; ".join(notification.errors[:NAMED]))


def _records(message: Any) -> list[Any]:
    if not isinstance(message, dict):
        raise TypeError("the message is not a JSON object")
    if message.get("Event") == "s3:TestEvent":
        return []
    records = message.get("Records")
    if not isinstance(records, list) or not records:
        raise ValueError("the message has no list of Records")
    return records


def _image(record: Any) -> UploadedImage:
    parsed = _Record.model_validate(record)
    stored = parsed.s3.object
    return UploadedImage(
        bucket=parsed.s3.bucket.name,
        key=_KEY.validate_python(unquote_plus(stored.key, errors="strict")),
        etag=stored.etag.strip('"'),
        size_bytes=stored.size,
        uploaded_at=parsed.event_time.astimezone(UTC),
    )


def notification_of(image: UploadedImage) -> str:
    """The notification that S3 sends for a new object, with the fields that Linewatch reads."""
    stored = {"key": quote_plus(image.key, safe="/"), "size": image.size_bytes, "eTag": image.etag}
    record = {
        "eventVersion": "2.1",
        "eventSource": "linewatch:reconcile",
        "eventName": "ObjectCreated:Put",
        "eventTime": image.uploaded_at.isoformat(),
        "s3": {"bucket": {"name": image.bucket}, "object": stored},
    }
    return json.dumps({"Records": [record]})
