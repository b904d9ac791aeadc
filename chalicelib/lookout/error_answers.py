"""Errors in the contract's shape, so that the client raises its typed exceptions."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus

from chalicelib.core.errors import Forbidden, InvalidRequest, LinewatchError, TooLarge, UnprocessableImage
from chalicelib.projects.errors import Conflict, NoSuchResource, QuotaExceeded


class Throttled(LinewatchError):
    """There are too many calls at the same time, or the function that inspects gives no answer now."""


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """An error: its type for programs, its message for people."""

    type: str
    status: HTTPStatus
    message: str
    details: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """The body."""
        return json.dumps({"Code": self.type, "Message": self.message, **self.details})

    def headers(self) -> dict[str, str]:
        """The client takes the type from a header; it may try again after a second what was not its own mistake."""
        return {"x-amzn-ErrorType": self.type} | ({"Retry-After": "1"} if self.type in _WORTH_A_RETRY else {})


_WORTH_A_RETRY = {"ThrottlingException", "InternalServerException"}
_TYPES: dict[type[Exception], tuple[str, HTTPStatus]] = {
    InvalidRequest: ("ValidationException", HTTPStatus.BAD_REQUEST),
    UnprocessableImage: ("ValidationException", HTTPStatus.BAD_REQUEST),
    TooLarge: ("ValidationException", HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    QuotaExceeded: ("ServiceQuotaExceededException", HTTPStatus.PAYMENT_REQUIRED),
    Forbidden: ("AccessDeniedException", HTTPStatus.FORBIDDEN),
    NoSuchResource: ("ResourceNotFoundException", HTTPStatus.NOT_FOUND),
    Conflict: ("ConflictException", HTTPStatus.CONFLICT),
    Throttled: ("ThrottlingException", HTTPStatus.TOO_MANY_REQUESTS),
}


def error_answer(error: Exception) -> ErrorAnswer | None:
    """The answer to an error that has one in the contract; None for an unexpected error."""
    if type(error) not in _TYPES:
        return None
    name, status = _TYPES[type(error)]
    return ErrorAnswer(name, status, str(error), _details_of(error))


def _details_of(error: Exception) -> dict[str, str]:
    if not isinstance(error, NoSuchResource | Conflict | QuotaExceeded):
        return {}
    resource = {"ResourceId": error.resource_id, "ResourceType": error.resource_type}
    quota = {"QuotaCode": error.resource_type, "ServiceCode": "lookoutvision"}
    return resource | quota if isinstance(error, QuotaExceeded) else resource


def unexpected(request_id: str) -> ErrorAnswer:
    """The answer to any other error; operators find the error in the log by this id."""
    message = f"the request failed: try again. The error is in the log under request id {request_id}"
    return ErrorAnswer("InternalServerException", HTTPStatus.INTERNAL_SERVER_ERROR, message)
