"""Read HTTP answers of the API and the bucket, and recognise those of login pages, proxies and gateways."""

import json
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from linewatch.camera.retry import TemporaryError, retry_after

LARGEST_ANSWER = 16 * 1024 * 1024
"""The most bytes that are read of an answer. The API's largest page has 2 MiB."""
LONGEST_ANSWER = 120.0
"""The most seconds from the start of a request to the end of its answer."""

_TEMPORARY = {408, 409, 425, 429}  # 409: another upload of the same object is running
_CUT_OFF = {"RequestTimeout", "IncompleteBody"}
"""Codes of a bucket's answer 400 that come from the connection and not from the image."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One complete HTTP answer."""

    host: str
    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def text(self) -> str:
        """The content, decoded as UTF-8. Invalid bytes are replaced."""
        return self.content.decode(errors="replace")

    @property
    def fields(self) -> dict[str, Any]:
        """The JSON object of an answer of the API. `TemporaryError` when the content is something else."""
        try:
            fields = json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise self.foreign() from error
        if not isinstance(fields, dict):
            raise self.foreign()
        return fields

    @property
    def s3_code(self) -> str | None:
        """The error code in the XML of a bucket's answer."""
        code = re.search(r"<Code>([^<]{1,100})</Code>", self.text[:10_000])
        return code[1] if code else None

    @property
    def is_html(self) -> bool:
        """Whether this is an HTML page. Neither the API nor the bucket sends one."""
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        start = self.text[:200].lstrip("\ufeff \t\r\n").lower()
        return kind in {"text/html", "application/xhtml+xml"} or start.startswith(("<!doctype html", "<html"))

    @property
    def message(self) -> str:
        """The status and the error message of the API, the gateway, the bucket or a proxy."""
        return f"{self.status} {_one_line(_message_in(self.text))}".strip()

    def raise_if_temporary(self) -> None:
        """`TemporaryError` when another attempt may succeed: after a server error, a lost connection or a redirect."""
        if 300 <= self.status < 400:
            raise self.foreign()
        busy = self.status in _TEMPORARY or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        if busy or (self.status == HTTPStatus.BAD_REQUEST and self.s3_code in _CUT_OFF):
            raise TemporaryError(self.message, retry_after(self.headers))

    def foreign(self) -> TemporaryError:
        """The error for an answer that does not come from Linewatch."""
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip() or "no content type"
        redirect = f", a redirect to {_one_line(self.headers['Location'])}" if "Location" in self.headers else ""
        return TemporaryError(
            f"{self.host} answered {self.status} with {_one_line(kind)}{redirect}, and that is not Linewatch's answer: "
            "is there a login page or a proxy in between?",
            retry_after(self.headers),
        )


def exchange(client: httpx.Client, request: httpx.Request, clock: Callable[[], float]) -> Answer:
    """Send a request and read the whole answer. `TemporaryError` when this fails, or the answer is too long or slow."""
    host, until = request.url.host, clock() + LONGEST_ANSWER
    content = bytearray()
    try:
        with closing(client.send(request, stream=True)) as response:
            for piece in response.iter_bytes():
                content += piece
                if len(content) > LARGEST_ANSWER or clock() > until:
                    raise TemporaryError(
                        f"{host} answered {response.status_code}, but the answer is too long or too slow"
                    )
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise TemporaryError(f"{host} did not answer: {_one_line(str(error)) or type(error).__name__}") from error
    answer = Answer(host, response.status_code, response.headers, bytes(content))
    answer.raise_if_temporary()
    return answer


def _message_in(text: str) -> str:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    if isinstance(fields, dict):
        return str(fields.get("message") or fields.get("Message") or text)
    xml = re.search(r"<Code>([^<]*)</Code>.*?<Message>([^<]*)</Message>", text[:10_000], re.DOTALL)
    return ": ".join(xml.groups()) if xml else text


def _one_line(text: str) -> str:
    """The first 300 printable characters, in one line."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text[:1000]).split())[:300]
