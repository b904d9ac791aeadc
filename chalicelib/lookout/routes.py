"""The routes of the contract. API Gateway has no authorizer for them: a signature includes the body."""

import json
from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint, Request, Response

from chalicelib.access.domain import PEOPLE, Grant
from chalicelib.aws.observability import log_failure, log_unreadable
from chalicelib.core.errors import Forbidden, InvalidRequest, UnreadableRecord
from chalicelib.http.responses import ANY_TYPE, answer_of
from chalicelib.lookout.call import Call
from chalicelib.lookout.callers import grant_of
from chalicelib.lookout.error_answers import error_answer, unexpected
from chalicelib.lookout.operations import PACKAGING, ROUTES, Route
from chalicelib.lookout.views import VIEWS, View
from chalicelib.lookout.wiring import LookoutWiring


def routes(lookout: Callable[[], LookoutWiring]) -> Blueprint:
    """All operations of the contract."""
    blueprint = Blueprint(__name__)
    for operation, route in ROUTES.items():
        _expose(blueprint, str(operation), route, VIEWS[operation], lookout)
    for name, route in PACKAGING.items():
        _expose(blueprint, name, route, _no_packaging, lookout)
    return blueprint


def _expose(blueprint: Blueprint, name: str, route: Route, view: View, lookout: Callable[[], LookoutWiring]) -> None:
    def answer(**_: str) -> Response:
        request = blueprint.current_request
        try:
            call = Call(request)
            grant = grant_of(call, lookout().access, lookout().path_before)
            shape = view(call, grant, lookout())
            return _answered(answer_of(json.dumps(shape), route.status), request)
        except Exception as error:  # noqa: BLE001 - the outermost level: every error is answered or logged
            return _answered(_failed(error, request), request)

    blueprint.route(route.path, methods=[route.method], name=name, content_types=ANY_TYPE)(answer)


def _no_packaging(_call: Call, grant: Grant, _lookout: LookoutWiring) -> dict[str, Any]:
    if grant.role not in PEOPLE:
        raise Forbidden("a camera's key may only detect anomalies")
    raise InvalidRequest(
        (
            "",
            "Linewatch has no packaging jobs: a model is one file, models/<project>/<version>.safetensors in the "
            "bucket, which `linewatch detect --model` runs on any computer",
        )
    )


def _failed(error: Exception, request: Request) -> Response:
    if isinstance(error, UnreadableRecord):
        log_unreadable([error.unreadable])
    answer = error_answer(error)
    if answer is None:
        request_id = _request_id(request)
        log_failure("a request failed", error, method=request.method, path=request.path, request_id=request_id)
        answer = unexpected(request_id)
    response = answer_of(answer.to_json(), answer.status)
    response.headers |= answer.headers()
    return response


def _answered(response: Response, request: Request) -> Response:
    response.headers["x-amzn-RequestId"] = _request_id(request)
    return response


def _request_id(request: Request) -> str:
    return str(request.lambda_context.aws_request_id) if request.lambda_context else "unknown"
