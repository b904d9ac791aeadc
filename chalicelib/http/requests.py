"""Validate the body and the query of a request."""

import re

from chalice.app import Request
from pydantic import BaseModel, ValidationError

from chalicelib.core.errors import InvalidRequest, LinewatchError, TooLarge

LARGEST_BODY = 256 * 1024
MOST_ERRORS = 100
"""The most errors in one answer: as many as a batch has images."""


class NotJSON(LinewatchError):
    """The content type of the request is not JSON."""


def body_of[M: BaseModel](request: Request, model: type[M]) -> M:
    """Parse the JSON body; `NotJSON`, `TooLarge` or `InvalidRequest` says what is wrong with it."""
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise NotJSON(f"send JSON with Content-Type: application/json; this request has {content_type!r}")
    body = request.raw_body
    if len(body) > LARGEST_BODY:
        raise TooLarge(f"the body has {len(body)} bytes; send at most {LARGEST_BODY}")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise invalid(error) from error


def content_of(request: Request) -> bytes:
    """The body as it was sent."""
    body = request.raw_body
    return body if isinstance(body, bytes) else body.encode()


def query_of[M: BaseModel](request: Request, model: type[M]) -> M:
    """Parse the query parameters; `InvalidRequest` says what is wrong, such as one that is given twice."""
    given = request.query_params
    values = {} if given is None else {name: given.getlist(name) for name in given}
    repeated = [(name, "is given more than once: give it once") for name, each in values.items() if len(each) > 1]
    if repeated:
        raise InvalidRequest(*repeated[:MOST_ERRORS])
    try:
        return model.model_validate({name: each[-1] for name, each in values.items()})
    except ValidationError as error:
        raise invalid(error) from error


def require_accept(request: Request, content_type: str) -> None:
    """`InvalidRequest` unless the first type of `Accept` is this one: API Gateway sends bytes only then."""
    first = re.split("[,;]", request.headers.get("accept", ""), maxsplit=1)[0]
    if first.strip().lower() != content_type:
        raise InvalidRequest(("Accept", f"send Accept: {content_type}"))


def invalid(error: ValidationError) -> InvalidRequest:
    """What is wrong with each field, by the names that the client gave."""
    details = error.errors(include_url=False, include_context=False, include_input=False)[:MOST_ERRORS]
    return InvalidRequest(*((".".join(map(str, detail["loc"])), detail["msg"]) for detail in details))
