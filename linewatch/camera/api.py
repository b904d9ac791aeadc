"""A client for the part of Linewatch's HTTP API that a camera uses."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import httpx

from chalicelib.inspections.search import LARGEST_LIMIT
from linewatch.camera.answers import Answer, exchange
from linewatch.camera.connection import connect
from linewatch.camera.retry import RetryPolicy, TemporaryError


class AccessDenied(Exception):
    """The key or the address is wrong: the service would not accept any image."""


class Refused(Exception):
    """The service will never accept this request. `errors` has the reasons by the index of the image."""

    def __init__(self, reason: str, errors: Mapping[int, str] | None = None) -> None:
        super().__init__(reason)
        self.errors = errors or {}


class UrlExpired(Exception):
    """The presigned URL is no longer valid: request a new one."""


class NotFound(Exception):
    """Nothing is stored under this id yet."""


@dataclass(frozen=True, slots=True)
class PresignedUpload:
    """The URL and the headers with which to PUT one image."""

    image_id: str
    bucket: str
    key: str
    url: str
    headers: Mapping[str, str]

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Self:
        """Read the fields of an answer. ValueError or KeyError when they are not as expected."""
        image_id, bucket, key, url = (_printable(fields[name]) for name in ("image_id", "bucket", "key", "url"))
        if not re.match(r"https?://[^/]", url, re.IGNORECASE):
            raise ValueError("the address of the upload is not a URL")
        return cls(image_id, bucket, key, url, {_printable(k): _printable(v) for k, v in fields["headers"].items()})


class Api:
    """A connection to Linewatch with one key. Safe to use from many threads."""

    def __init__(
        self,
        url: str,
        key: str,
        retry: RetryPolicy,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`ConnectionSettingsError` when the address, the key or a proxy in the environment cannot be used."""
        self._retry, self._key, self._clock = retry, key.strip(), clock
        # Two clients, so that the key never goes to the bucket: a presigned URL carries its own signature.
        self._api = connect(url, key=self._key, timeout=30, transport=transport)
        self._bucket = connect(url, key=None, timeout=60, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._api.close()
        self._bucket.close()

    def stop_retrying(self) -> None:
        """Make every running call fail instead of trying again."""
        self._retry.stopping.set()

    def request_uploads(self, images: Sequence[Mapping[str, object]]) -> list[PresignedUpload]:
        """Presigned URLs for up to 100 images, in their order. `Refused` names wrong images; then none gets a URL."""

        def read(fields: dict[str, Any]) -> list[PresignedUpload]:
            uploads = [PresignedUpload.from_fields(upload) for upload in fields["uploads"]]
            if len(uploads) != len(images):
                raise ValueError("there must be one upload for each image")
            return uploads

        return self._call("POST", "/uploads/batch", read, json={"images": images})

    def put(self, upload: PresignedUpload, content: bytes, etag: str) -> bool:
        """PUT the image; False when the object exists already. The bucket must answer with this `etag`.

        `UrlExpired` when the URL is no longer valid.
        """
        return self._retry.call(lambda: self._put_once(upload, content, etag))

    def inspections(self, *, line: str, camera: str, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
        """All inspections of images captured from `since` to `until` (at most 31 days), newest first, page by page."""
        query = {"line": line, "camera": camera, "from": since.isoformat(), "to": until.isoformat()}
        cursors: list[str] = []
        while True:
            cursor = {"cursor": cursors[-1]} if cursors else {}
            params = query | {"limit": str(LARGEST_LIMIT)} | cursor
            inspections, next_cursor = self._call("GET", "/inspections", _page, params=params)
            yield from inspections
            if next_cursor is None:
                return
            if next_cursor in cursors:
                raise TemporaryError("the list of inspections returns to an earlier page")
            cursors.append(next_cursor)

    def inspection(self, inspection_id: str) -> dict[str, Any] | None:
        """One inspection; None while there is none."""
        with suppress(NotFound):
            return self._call("GET", f"/inspections/{inspection_id}", lambda fields: _same_id(fields, inspection_id))
        return None

    def _put_once(self, upload: PresignedUpload, content: bytes, etag: str) -> bool:
        try:
            request = self._bucket.build_request("PUT", upload.url, content=content, headers=dict(upload.headers))
        except httpx.InvalidURL as error:
            raise UrlExpired(f"the address of the upload is not a URL: {error}") from error
        with self._without_key():
            answer = exchange(self._bucket, request, self._clock)
        match answer.status:
            case HTTPStatus.OK if _etag_of(answer) == etag:
                return True
            case HTTPStatus.PRECONDITION_FAILED if not answer.is_html:
                return False
            case HTTPStatus.FORBIDDEN if not answer.is_html:
                raise UrlExpired(answer.message)
            case HTTPStatus.BAD_REQUEST if answer.s3_code:
                raise Refused(answer.message)
        raise answer.foreign() if answer.status < 400 or answer.is_html else TemporaryError(answer.message)

    def _call[T](self, method: str, path: str, read: Callable[[dict[str, Any]], T], **options: Any) -> T:
        request = self._api.build_request(method, path, **options)
        return self._retry.call(lambda: self._call_once(request, read))

    def _call_once[T](self, request: httpx.Request, read: Callable[[dict[str, Any]], T]) -> T:
        with self._without_key():
            answer = exchange(self._api, request, self._clock)
            fields = answer.fields
            if answer.status < 300:
                try:
                    return read(fields)
                except (ValueError, TypeError, KeyError, AttributeError) as error:
                    raise answer.foreign() from error
            raise self._error(answer, fields, request.url.path)

    def _error(self, answer: Answer, fields: Mapping[str, Any], path: str) -> Exception:
        match answer.status:
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
                return AccessDenied(f"the key is not allowed to do this: {answer.message}")
            case HTTPStatus.NOT_FOUND if "/inspections/" in path:
                return NotFound(answer.message)
            case HTTPStatus.NOT_FOUND:
                return AccessDenied(f"there is no Linewatch at {self._api.base_url}: {answer.message}")
        return Refused(answer.message, _errors_by_index(fields))

    def _without_key(self) -> "_Masked":
        return _Masked(self._key)


class _Masked:
    """Removes the key from the message of every error of the block: some gateways repeat request headers."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None and self._key in str(error):
            error.args = (str(error).replace(self._key, "<key>"),)
            error.__cause__, error.__suppress_context__ = None, True


def _page(fields: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    inspections, cursor = fields["inspections"], fields["next_cursor"]
    if not isinstance(inspections, list) or not isinstance(cursor, str | None):
        raise TypeError("a page is a list and a cursor")
    readable = [each for each in inspections if isinstance(each, dict) and isinstance(each.get("inspection_id"), str)]
    if inspections and not readable:
        raise TypeError("a page lists inspections")
    return readable, cursor


def _same_id(fields: dict[str, Any], inspection_id: str) -> dict[str, Any]:
    if fields["inspection_id"] != inspection_id:
        raise ValueError("this is another inspection")
    return fields


def _etag_of(answer: Answer) -> str:
    return str(answer.headers.get("ETag", "")).strip().strip('"').lower()


def _printable(value: object) -> str:
    if isinstance(value, str) and value.isascii() and value.isprintable():
        return value
    raise ValueError("a field is not printable text")


def _errors_by_index(fields: Mapping[str, Any]) -> dict[int, str]:
    """The errors of a batch by the image's index, from fields such as `images.3.size_bytes`."""
    by_index: dict[int, str] = {}
    listed = fields.get("errors")
    for error in listed if isinstance(listed, list) else []:
        named = (
            re.match(r"images\.([0-9]{1,6})(?:\.(.*))?$", str(error.get("field"))) if isinstance(error, dict) else None
        )
        if named:
            text = f"{named[2] or 'image'}: {error.get('message')}"
            by_index[int(named[1])] = "; ".join(filter(None, [by_index.get(int(named[1])), text]))
    return by_index
