"""The API gateway as the app meets it on AWS, for a client of botocore in the same process."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from chalice.app import Chalice

BINARY = {"image/png", "image/jpeg"}
REQUEST_ID = "00000000-0000-4000-8000-000000000000"


class Answer(NamedTuple):
    """What the app answered to a call of an operation."""

    operation: str
    status: int
    body: Any


@dataclass
class Gateway:
    """Hands requests to the app.

    `decode` is what happens to the arguments of a path, `taken_away` is what a proxy takes away of its begin.
    """

    app: Chalice
    decode: Callable[[str], str] = unquote
    stage: str = "v1"
    taken_away: str = ""
    answers: list[Answer] = field(default_factory=list)

    def send(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        """A handler of botocore's event `before-send`: this answer replaces the one of the network."""
        event = self._event_of(request)
        answer = self.app(event, SimpleNamespace(aws_request_id=REQUEST_ID))
        body = answer["body"].encode()
        content = b64decode(body) if answer.get("isBase64Encoded") else body
        self.answers.append(Answer(event_name.rpartition(".")[2], answer["statusCode"], json.loads(content)))
        headers = answer["headers"] | {name: values[-1] for name, values in answer["multiValueHeaders"].items()}
        return AWSResponse(request.url, answer["statusCode"], headers, _Raw(content))

    def _event_of(self, request: AWSPreparedRequest) -> dict[str, Any]:
        address = urlsplit(request.url)
        path = address.path.removeprefix(self.taken_away)
        resource, arguments = self.route(request.method, path.removeprefix(f"/{self.stage}"))
        headers = {name: _text(value) for name, value in request.headers.items()} | {"Host": address.netloc}
        body = request.body or b""
        assert isinstance(body, str | bytes)
        content = body.encode() if isinstance(body, str) else body
        binary = headers.get("Content-Type") in BINARY
        return {
            "requestContext": {
                "httpMethod": request.method,
                "resourcePath": resource,
                "path": path,
                "apiId": "api-1",
            },
            "pathParameters": {name: self.decode(value) for name, value in arguments.items()},
            "multiValueQueryStringParameters": parse_qs(address.query, keep_blank_values=True) or None,
            "headers": headers,
            "body": b64encode(content).decode() if binary else content.decode(),
            "isBase64Encoded": binary,
            "stageVariables": None,
        }

    def route(self, method: str, path: str) -> tuple[str, dict[str, str]]:
        """The route of the app, and the arguments in the path."""
        for template, methods in self.app.routes.items():
            pattern = re.sub(r"\{(\w+)\+}", r"(?P<\1>.+)", re.sub(r"\{(\w+)}", r"(?P<\1>[^/]+)", template))
            found = re.fullmatch(pattern, path)
            if found and method in methods:
                return template, found.groupdict()
        raise AssertionError(f"there is no route for {method} {path}")


class _Raw(BytesIO):
    """A body that botocore reads as it reads one of urllib3."""

    def stream(self, **_: Any) -> Any:
        yield self.read()


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
