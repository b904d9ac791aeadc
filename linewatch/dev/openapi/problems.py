"""The error answers of the document: those of the routes, and those by which the gateway refuses a request."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import getdoc
from itertools import groupby
from typing import Any

from chalicelib.core.errors import (
    Forbidden,
    InvalidRequest,
    NotInspectedYet,
    SignedOut,
    StaleRevision,
    TooLarge,
    UnreadableRecord,
)
from chalicelib.http.requests import NotJSON
from chalicelib.http.responses import InvalidProblem, PendingProblem, Problem, StaleProblem
from chalicelib.http.route import UNEXPECTED, status_of
from linewatch.dev.openapi.operations import Operation

PROBLEMS: dict[type[Exception], type] = {
    InvalidRequest: InvalidProblem,
    NotInspectedYet: PendingProblem,
    StaleRevision: StaleProblem,
}
"""The shapes of errors that have more fields than a `Problem`."""

_OF_GATEWAY = ("THROTTLED", "INTEGRATION_TIMEOUT")
_OF_AUTHORIZER = ("UNAUTHORIZED", "ACCESS_DENIED", "AUTHORIZER_FAILURE")
_TOO_LARGE = "REQUEST_TOO_LARGE"


@dataclass(frozen=True, slots=True)
class Failure:
    """One error: its status, its code, what it means, and the name of its shape."""

    status: int
    code: str
    meaning: str
    shape: str = Problem.__name__


_UNEXPECTED = Failure(500, UNEXPECTED, "An unexpected error. Operators find it in the log by the id in the message.")


def failures_of(operation: Operation, gateway: Mapping[str, Any]) -> list[Failure]:
    """The errors of a route that needs a key, by status. `gateway` are the template's `GatewayResponses`."""
    kinds = dict.fromkeys([*_implied(operation), *operation.errors, Forbidden, SignedOut, UnreadableRecord])
    refusals = [*_OF_GATEWAY, *_OF_AUTHORIZER, *([_TOO_LARGE] if operation.body else [])]
    return _sorted([*map(_of_kind, kinds), *_refusals(refusals, gateway), _UNEXPECTED])


def failures_of_open(operation: Operation, gateway: Mapping[str, Any]) -> list[Failure]:
    """The same of a route that is open to all: its own errors, and too many requests or too slow an answer."""
    kinds = dict.fromkeys([*_implied(operation), *operation.errors])
    refusals = [*_OF_GATEWAY, *([_TOO_LARGE] if operation.body else [])]
    return _sorted([*map(_of_kind, kinds), *_refusals(refusals, gateway), *([_UNEXPECTED] if operation.body else [])])


def responses_of(failures: Sequence[Failure]) -> dict[str, tuple[str, dict[str, Any]]]:
    """A response by status, with all errors of this status. Its name is made of their codes."""
    return {str(status): _response(list(each)) for status, each in groupby(failures, lambda each: each.status)}


def _sorted(failures: Iterable[Failure]) -> list[Failure]:
    return sorted(failures, key=lambda each: each.status)


def _implied(operation: Operation) -> Iterator[type[Exception]]:
    if operation.query or operation.body:
        yield InvalidRequest
    if operation.body:
        yield TooLarge
    if isinstance(operation.body, type):
        yield NotJSON


def _of_kind(kind: type[Exception]) -> Failure:
    meaning = (getdoc(kind) or "").partition("\n\n")[0]
    status = status_of(kind)
    assert status is not None, f"{kind.__name__} has no status"
    return Failure(status, kind.__name__, meaning, PROBLEMS.get(kind, Problem).__name__)


def _refusals(names: Iterable[str], gateway: Mapping[str, Any]) -> Iterator[Failure]:
    return (_of_gateway(gateway[name]) for name in names)


def _of_gateway(response: Mapping[str, Any]) -> Failure:
    problem: Problem = json.loads(response["ResponseTemplates"]["application/json"])
    return Failure(response["StatusCode"], problem["code"], problem["message"])


def _response(failures: Sequence[Failure]) -> tuple[str, dict[str, Any]]:
    """Failures of one status may have several shapes: the code says which."""
    shapes = [_schema(shape, failures) for shape in dict.fromkeys(each.shape for each in failures)]
    return "-".join(_codes(failures)), {
        "description": " ".join(dict.fromkeys(each.meaning for each in failures)),
        "content": {"application/json": {"schema": shapes[0] if len(shapes) == 1 else {"oneOf": shapes}}},
    }


def _schema(shape: str, failures: Iterable[Failure]) -> dict[str, Any]:
    codes = _codes(each for each in failures if each.shape == shape)
    return {"$ref": f"#/components/schemas/{shape}", "properties": {"code": {"enum": codes}}}


def _codes(failures: Iterable[Failure]) -> list[str]:
    return sorted({each.code for each in failures})
