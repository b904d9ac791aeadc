"""A request as an operation sees it, and as its sender signed it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, unquote

from chalice.app import Request

from chalicelib.access.signature import SentRequest
from chalicelib.core.errors import InvalidRequest
from chalicelib.http.requests import content_of
from chalicelib.lookout.operations import PREFIX

MASK_HEADER = "x-linewatch-anomaly-mask"
_argument = re.compile(r"\{(\w+)\+?}")


@dataclass(frozen=True)
class Call:
    """A request to a route of the contract."""

    request: Request

    @cached_property
    def arguments(self) -> Mapping[str, str]:
        """The arguments of the path, not percent-encoded. No argument of the contract has a percent sign."""
        return {name: unquote(value) for name, value in (self.request.uri_params or {}).items()}

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """The names and values of the query."""
        given = self.request.query_params
        return [] if given is None else [(name, value) for name in given for value in given.getlist(name)]

    @cached_property
    def body(self) -> bytes:
        """The body as it was sent."""
        return content_of(self.request)

    @property
    def client_token(self) -> str | None:
        """The token by which a repeated call gets the first one's answer."""
        token: str | None = self.request.headers.get("x-amzn-client-token")
        return token

    @property
    def wants_mask(self) -> bool:
        """Whether an answer with a mask is asked for, by a header that the contract does not have."""
        value = self.request.headers.get(MASK_HEADER, "false")
        if value not in {"true", "false"}:
            raise InvalidRequest((MASK_HEADER, "must be true or false"))
        return bool(value == "true")

    @property
    def authorization(self) -> str:
        """The header."""
        return str(self.request.headers.get("authorization", ""))

    def project(self) -> str:
        """The project of the path."""
        return self.arguments["projectName"]

    def one(self, name: str) -> str | None:
        """A parameter of the query; `InvalidRequest` if it is given twice."""
        values = [value for given, value in self.query if given == name]
        if len(values) > 1:
            raise InvalidRequest((name, "is given more than once: give it once"))
        return values[0] if values else None

    def all(self, name: str) -> list[str]:
        """A parameter of the query that may be given more than once."""
        return [value for given, value in self.query if given == name]

    def as_sent(self, path_before: str) -> SentRequest:
        """The request as the client signed it.

        Its path begins with what a proxy took away, and the stage of the API or a domain's own path. The rest is built
        from the arguments, as the client encodes them: a gateway may decode them or not.
        """
        own, _, _ = str(self.request.context["path"]).partition(PREFIX)
        before = path_before.replace("{api}", str(self.request.context.get("apiId"))) + own
        path = _argument.sub(lambda found: quote(self.arguments[found[1]], safe="-._~"), self.request.path)
        headers = {name.lower(): value for name, value in self.request.headers.items()}
        return SentRequest(self.request.method, before + path, self.query, headers, self.body)
