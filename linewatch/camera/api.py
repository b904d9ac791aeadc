"""Linewatch's HTTP API as a camera uses it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import httpx

from linewatch.camera.patience import Passing, Patience

_PASSING = {408, 409, 425, 429, 500, 502, 503, 504}  # 409: another upload of the same object is under way
_CUT_OFF = ("<Code>RequestTimeout</Code>", "<Code>IncompleteBody</Code>")
"""What a bucket answers with 400 when not the image but the connection was at fault."""
LARGEST_PAGE = 1000


class NotAllowed(Exception):
    """The key or the address is wrong: nothing that this camera sends would pass."""


class Refused(Exception):
    """The service will not take this, however often it is asked. `faults` tells it by the image's index."""

    def __init__(self, cause: str, faults: Mapping[int, str] | None = None) -> None:
        super().__init__(cause)
        self.faults = faults or {}


class Expired(Exception):
    """The URL is no longer good: ask for a new one."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Leave to put one image."""

    image_id: str
    bucket: str
    key: str
    url: str
    headers: Mapping[str, str]


class Api:
    """A connection to Linewatch with one key; may be used by many threads."""

    def __init__(self, url: str, key: str, patience: Patience, transport: httpx.BaseTransport | None = None) -> None:
        self._patience = patience
        # Two clients, so that the key never goes to the bucket: a presigned URL carries its own signature.
        self._api = httpx.Client(
            base_url=url.rstrip("/"), headers={"Authorization": f"Bearer {key}"}, timeout=30, transport=transport
        )
        self._bucket = httpx.Client(timeout=60, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._api.close()
        self._bucket.close()

    def request_uploads(self, images: Sequence[Mapping[str, object]]) -> list[Terms]:
        """Leave to put up to 100 images, in their order; `Refused` names those that are wrong, and then none has it."""
        answer = self._call("POST", "/uploads/batch", json={"images": images})
        return [Terms(*(upload[name] for name in Terms.__slots__)) for upload in answer["uploads"]]

    def put(self, terms: Terms, content: bytes) -> str | None:
        """Put the image and return its ETag; None when it is there already. `Expired` asks for new terms."""
        request = self._bucket.build_request("PUT", terms.url, content=content, headers=dict(terms.headers))
        answer = self._patience.persist(lambda: _sent(self._bucket, request))
        match answer.status_code:
            case HTTPStatus.OK:
                return answer.headers["ETag"].strip('"')
            case HTTPStatus.PRECONDITION_FAILED:
                return None
            case HTTPStatus.FORBIDDEN:
                raise Expired(_message_of(answer))
        raise Refused(_message_of(answer))

    def inspections(self, *, line: str, camera: str, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
        """Every inspection of images captured between the two (at most 31 days apart), newest first, page by page."""
        query = {"line": line, "camera": camera, "from": since.isoformat(), "to": until.isoformat()}
        cursor: dict[str, str] = {}
        while True:
            page = self._call("GET", "/inspections", params=query | {"limit": str(LARGEST_PAGE)} | cursor)
            yield from page["inspections"]
            if page["next_cursor"] is None:
                return
            cursor = {"cursor": page["next_cursor"]}

    def inspection(self, inspection_id: str) -> dict[str, Any] | None:
        """One inspection; None while there is none."""
        try:
            return self._call("GET", f"/inspections/{inspection_id}")
        except NotFound:
            return None

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        request = self._api.build_request(method, path, **options)
        answer = self._patience.persist(lambda: _sent(self._api, request))
        if answer.is_success:
            told: dict[str, Any] = answer.json()
            return told
        message = _message_of(answer)
        match answer.status_code:
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
                raise NotAllowed(f"the key is not allowed to do this: {message}")
            case HTTPStatus.NOT_FOUND if "/inspections/" in path:
                raise NotFound(message)
            case HTTPStatus.NOT_FOUND:
                raise NotAllowed(f"there is no Linewatch at {self._api.base_url}: {message}")
        raise Refused(message, _faults_of(answer))


class NotFound(Exception):
    """Nothing is stored under this id yet."""


def _sent(client: httpx.Client, request: httpx.Request) -> httpx.Response:
    """The answer, unless it says that another attempt may fare better."""
    try:
        answer = client.send(request)
    except httpx.TransportError as error:
        raise Passing(f"{request.url.host} did not answer: {error or type(error).__name__}") from error
    if answer.status_code in _PASSING or _cut_off(answer):
        wait = answer.headers.get("Retry-After", "0")
        raise Passing(_message_of(answer), float(wait) if wait.isdigit() else 0.0)
    return answer


def _cut_off(answer: httpx.Response) -> bool:
    return answer.status_code == HTTPStatus.BAD_REQUEST and any(code in answer.text for code in _CUT_OFF)


def _message_of(answer: httpx.Response) -> str:
    """What the answer says went wrong: our own JSON or the gateway's, the bucket's XML, or whatever stands between."""
    message = answer.text[:300]
    with suppress(ValueError, AttributeError):
        told = answer.json()
        message = told.get("message") or told.get("Message") or message
    xml = re.search(r"<Code>(.*?)</Code>.*?<Message>(.*?)</Message>", message, re.DOTALL)
    return f"{answer.status_code} {': '.join(xml.groups()) if xml else message}"


def _faults_of(answer: httpx.Response) -> dict[int, str]:
    """The errors of a batch by the image's index, from fields such as `images.3.size_bytes`."""
    faults: dict[int, str] = {}
    with suppress(ValueError, TypeError, KeyError):
        for error in answer.json()["errors"]:
            if named := re.match(r"images\.(\d+)(?:\.(.*))?$", error["field"]):
                told = f"{named[2] or 'image'}: {error['message']}"
                faults[int(named[1])] = "; ".join(filter(None, [faults.get(int(named[1])), told]))
    return faults
