"""Answers of the API and of the bucket, and how to tell them from those of a login page, a proxy or a gateway."""

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
"""Bytes that are read of an answer: the API's largest page has 2 MiB."""
LONGEST_ANSWER = 120.0
"""Seconds that an answer may take from its first to its last byte."""

_TEMPORARY = {408, 409, 425, 429}  # 409: another upload of the same object is under way
_CUT_OFF = {"RequestTimeout", "IncompleteBody"}
"""What a bucket answers with 400 when not the image but the connection was at fault."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, read to its end."""

    host: str
    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def text(self) -> str:
        """The content as UTF-8; what is none is replaced."""
        return self.content.decode(errors="replace")

    @property
    def fields(self) -> dict[str, Any]:
        """The JSON object of an API's answer; `TemporaryError` when this is another content."""
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
        found = re.search(r"<Code>([^<]{1,100})</Code>", self.text[:10_000])
        return found[1] if found else None

    @property
    def is_html(self) -> bool:
        """Whether this is a page for people, which neither the API nor the bucket sends."""
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        start = self.text[:200].lstrip("\ufeff \t\r\n").lower()
        return kind in {"text/html", "application/xhtml+xml"} or start.startswith(("<!doctype html", "<html"))

    @property
    def message(self) -> str:
        """What went wrong, as the API, the gateway, the bucket or whatever stands between says it."""
        return f"{self.status} {_one_line(_message_in(self.text))}".strip()

    def raise_if_temporary(self) -> None:
        """`TemporaryError` when another attempt may succeed: busy, ill, cut off, or led to another address."""
        if 300 <= self.status < 400:
            raise self.foreign()
        busy = self.status in _TEMPORARY or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        if busy or (self.status == HTTPStatus.BAD_REQUEST and self.s3_code in _CUT_OFF):
            raise TemporaryError(self.message, retry_after(self.headers))

    def foreign(self) -> TemporaryError:
        """The error that says that this answer is not from Linewatch."""
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip() or "no content type"
        towards = f", a redirect to {_one_line(self.headers['Location'])}" if "Location" in self.headers else ""
        return TemporaryError(
            f"{self.host} answered {self.status} with {_one_line(kind)}{towards}, and that is not Linewatch's answer: "
            "is there a login page or a proxy between?",
            retry_after(self.headers),
        )


def exchange(client: httpx.Client, request: httpx.Request, clock: Callable[[], float]) -> Answer:
    """Send a request and read the whole answer; `TemporaryError` when that fails, or is too much or too slow."""
    host, until = request.url.host, clock() + LONGEST_ANSWER
    content = bytearray()
    try:
        with closing(client.send(request, stream=True)) as response:
            for piece in response.iter_bytes():
                content += piece
                if len(content) > LARGEST_ANSWER or clock() > until:
                    raise TemporaryError(f"{host} answered {response.status_code}, too much or too slowly to be read")
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
    """At most 300 characters that a terminal and a log can show."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text[:1000]).split())[:300]
