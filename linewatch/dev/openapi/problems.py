"""The error answers of the document: those of the routes, and those by which the gateway refuses a request."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import getdoc
from itertools import groupby
from typing import Any

from chalicelib.core.errors import Forbidden, InvalidRequest, NotInspectedYet, TooLarge, UnreadableRecord
from chalicelib.http.requests import NotJSON
from chalicelib.http.responses import InvalidProblem, PendingProblem, Problem
from chalicelib.http.route import STATUS, UNEXPECTED
from linewatch.dev.openapi.operations import Operation

PROBLEMS: dict[type[Exception], type] = {InvalidRequest: InvalidProblem, NotInspectedYet: PendingProblem}
"""The shapes of errors that have more fields than a `Problem`."""

_OF_GATEWAY = ("UNAUTHORIZED", "ACCESS_DENIED", "THROTTLED", "AUTHORIZER_FAILURE", "INTEGRATION_TIMEOUT")
_TOO_LARGE = "REQUEST_TOO_LARGE"


@dataclass(frozen=True, slots=True)
class Failure:
    """One error: its status, its code, what it means, and the name of its shape."""

    status: int
    code: str
    meaning: str
    shape: str = Problem.__name__


def failures_of(operation: Operation, gateway: Mapping[str, Any]) -> list[Failure]:
    """The errors of a route that needs a key, by status. `gateway` are the template's `GatewayResponses`."""
    kinds = dict.fromkeys([*_implied(operation), *operation.errors, Forbidden, UnreadableRecord])
    refusals = [*_OF_GATEWAY, *([_TOO_LARGE] if operation.body else [])]
    unexpected = Failure(500, UNEXPECTED, "An unexpected error. Operators find it in the log by the id in the message.")
    found = [*map(_of_kind, kinds), *(_of_gateway(gateway[name]) for name in refusals), unexpected]
    return sorted(found, key=lambda each: each.status)


def responses_of(failures: Sequence[Failure]) -> dict[str, tuple[str, dict[str, Any]]]:
    """A response by status, with all errors of this status. Its name is made of their codes."""
    return {str(status): _response(list(each)) for status, each in groupby(failures, lambda each: each.status)}


def _implied(operation: Operation) -> Iterator[type[Exception]]:
    if operation.query or operation.body:
        yield InvalidRequest
    if operation.body:
        yield TooLarge
    if isinstance(operation.body, type):
        yield NotJSON


def _of_kind(kind: type[Exception]) -> Failure:
    meaning = (getdoc(kind) or "").partition("\n\n")[0]
    status = next(STATUS[each] for each in kind.__mro__ if each in STATUS)
    return Failure(status, kind.__name__, meaning, PROBLEMS.get(kind, Problem).__name__)


def _of_gateway(response: Mapping[str, Any]) -> Failure:
    problem: Problem = json.loads(response["ResponseTemplates"]["application/json"])
    return Failure(response["StatusCode"], problem["code"], problem["message"])


def _response(failures: Sequence[Failure]) -> tuple[str, dict[str, Any]]:
    by_shape = [_schema(shape, failures) for shape in sorted({each.shape for each in failures})]
    return "-".join(sorted({each.code for each in failures})), {
        "description": " ".join(dict.fromkeys(each.meaning for each in failures)),
        "content": {"application/json": {"schema": by_shape[0] if len(by_shape) == 1 else {"anyOf": by_shape}}},
    }


def _schema(shape: str, failures: Iterable[Failure]) -> dict[str, Any]:
    codes = sorted({each.code for each in failures if each.shape == shape})
    return {"$ref": f"#/components/schemas/{shape}", "properties": {"code": {"enum": codes}}}
