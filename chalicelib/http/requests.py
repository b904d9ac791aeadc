"""What was sent, validated."""

from chalice.app import Request
from pydantic import BaseModel, ValidationError

from chalicelib.core.errors import InvalidRequest, LinewatchError

LARGEST_BODY = 256 * 1024
MOST_ERRORS = 100
"""Errors that one answer names: as many as a batch has images."""


class TooLarge(LinewatchError):
    """The body is larger than any request needs."""


class NotJSON(LinewatchError):
    """The body does not say that it is JSON."""


def body_of[M: BaseModel](request: Request, model: type[M]) -> M:
    """The JSON body; NotJSON, TooLarge or InvalidRequest says what is wrong with it."""
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise NotJSON(f"send JSON with Content-Type: application/json; this request's is {content_type!r}")
    body = request.raw_body
    if len(body) > LARGEST_BODY:
        raise TooLarge(f"the body has {len(body)} bytes; send at most {LARGEST_BODY}")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _invalid(error) from error


def query_of[M: BaseModel](request: Request, model: type[M]) -> M:
    """The query parameters, each given once; InvalidRequest says what is wrong with them."""
    given = request.query_params
    values = {} if given is None else {name: given.getlist(name) for name in given}
    repeated = [(name, "give it once") for name, each in values.items() if len(each) > 1]
    if repeated:
        raise InvalidRequest(*repeated[:MOST_ERRORS])
    try:
        return model.model_validate({name: each[-1] for name, each in values.items()})
    except ValidationError as error:
        raise _invalid(error) from error


def _invalid(error: ValidationError) -> InvalidRequest:
    details = error.errors(include_url=False, include_context=False, include_input=False)[:MOST_ERRORS]
    return InvalidRequest(*((".".join(map(str, detail["loc"])), detail["msg"]) for detail in details))
