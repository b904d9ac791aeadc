"""Turn a view into a route: check the role and answer errors."""

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from chalice.app import Blueprint, ChaliceAuthorizer, Request, Response

from chalicelib.access.auth_context import grant_of
from chalicelib.access.domain import ROUTES, Grant
from chalicelib.access.sessions import SessionDesk
from chalicelib.aws.observability import log_failure, log_unreadable
from chalicelib.core.errors import (
    CannotReview,
    Forbidden,
    ImageIdTaken,
    InvalidRequest,
    LakeUnavailable,
    LinkUsed,
    NotFound,
    NotInspectedYet,
    PictureUnavailable,
    SignedOut,
    SignInUnavailable,
    StaleRevision,
    TooLarge,
    UnreadableRecord,
    WrongState,
)
from chalicelib.http.requests import NotJSON
from chalicelib.http.responses import (
    ANY_TYPE,
    FieldProblem,
    InvalidProblem,
    PendingProblem,
    Problem,
    StaleProblem,
    answer_of,
)

type View = Callable[..., str | bytes]
"""Takes the request, the grant and the path's arguments by name; returns JSON text, or the bytes of a PNG or JPEG."""

STATUS: dict[type[Exception], HTTPStatus] = {
    InvalidRequest: HTTPStatus.BAD_REQUEST,
    SignedOut: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    NotInspectedYet: HTTPStatus.ACCEPTED,
    ImageIdTaken: HTTPStatus.CONFLICT,
    CannotReview: HTTPStatus.CONFLICT,
    StaleRevision: HTTPStatus.CONFLICT,
    LinkUsed: HTTPStatus.CONFLICT,
    SignInUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    LakeUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    PictureUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NotJSON: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    WrongState: HTTPStatus.CONFLICT,
    UnreadableRecord: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of each error, and of its subclasses; the code is the name of the class."""
UNEXPECTED = "Failed"
"""The code of any other error."""


def expose(
    blueprint: Blueprint,
    route: tuple[str, str],
    view: View,
    authorizer: ChaliceAuthorizer,
    status: HTTPStatus = HTTPStatus.OK,
) -> None:
    """Add a route: `view` answers (method, path) for the roles in `ROUTES`, also if the authorizer allowed others."""
    method, path = route

    @wraps(view)
    def answer(**arguments: str) -> Response:
        request = blueprint.current_request
        try:
            grant = grant_of(request.context["authorizer"])
            _require_role(grant, route)
            return answer_of(view(request, grant, **arguments), status)
        except Exception as error:  # noqa: BLE001 - the outermost level: every error is answered or logged
            return _answer_of_error(error, request)

    decorate = blueprint.route(
        path, methods=[method], name=view.__name__, authorizer=authorizer, content_types=ANY_TYPE
    )
    decorate(answer)


def expose_open(blueprint: Blueprint, route: tuple[str, str], view: Callable[[Request], str]) -> None:
    """Add a route that is open to all (`OPEN_ROUTES`)."""
    method, path = route

    @wraps(view)
    def answer() -> Response:
        request = blueprint.current_request
        try:
            return answer_of(view(request))
        except Exception as error:  # noqa: BLE001 - as above
            return _answer_of_error(error, request)

    blueprint.route(path, methods=[method], name=view.__name__, content_types=ANY_TYPE)(answer)


def with_open_session(
    request: Request, get_response: Callable[[Request], Response], desk: Callable[[], SessionDesk]
) -> Response:
    """The answer to a request, unless the session that made it has ended: API Gateway may still know its token."""
    session = grant_of(request.context["authorizer"]).session if request.context.get("authorizer") else ""
    try:
        if session:
            desk().require(session)
    except Exception as error:  # noqa: BLE001 - as above
        return _answer_of_error(error, request)
    return get_response(request)


def status_of(kind: type[Exception]) -> HTTPStatus | None:
    """The status of an error of this kind or of the nearest one that it is a kind of; None if it is unexpected."""
    return next((STATUS[each] for each in kind.__mro__ if each in STATUS), None)


def _require_role(grant: Grant, route: tuple[str, str]) -> None:
    allowed = ROUTES[route]
    if grant.role not in allowed:
        roles = ", ".join(sorted(allowed))
        raise Forbidden(f"a key with the role {grant.role} may not do this; allowed roles: {roles}")


def _answer_of_error(error: Exception, request: Request) -> Response:
    if isinstance(error, UnreadableRecord):
        log_unreadable([error.unreadable])
    status = status_of(type(error))
    if status is None:
        return _answer_of_unexpected(error, request)
    return answer_of(json.dumps(_problem_of(error)), status)


def _problem_of(error: Exception) -> Problem:
    problem = Problem(code=type(error).__name__, message=str(error))
    if isinstance(error, InvalidRequest):
        errors = [FieldProblem(field=field, message=message) for field, message in error.errors]
        return InvalidProblem(**problem, errors=errors)
    if isinstance(error, NotInspectedYet):
        return PendingProblem(**problem, inspection_id=error.inspection_id)
    if isinstance(error, StaleRevision):
        return StaleProblem(**problem, revision=error.revision)
    return problem


def _answer_of_unexpected(error: Exception, request: Request) -> Response:
    """Log the error; the client gets only the request id, by which operators find it in the log."""
    request_id = request.lambda_context.aws_request_id if request.lambda_context else "unknown"
    log_failure("a request failed", error, method=request.method, path=request.path, request_id=request_id)
    message = f"the request failed: try again. The error is in the log under request id {request_id}"
    return answer_of(json.dumps(Problem(code=UNEXPECTED, message=message)), HTTPStatus.INTERNAL_SERVER_ERROR)
