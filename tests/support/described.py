"""Holds every request and answer of a route against the OpenAPI document."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from chalice.app import Request, Response
from openapi_schema_validator import OAS31Validator

from linewatch.dev.openapi.sources import project_document

type Schema = dict[str, Any]


@cache
def the_document() -> dict[str, Any]:
    """The document of this project."""
    return project_document()


def middleware(found: list[str]) -> Callable[[Request, Callable[[Request], Response]], Response]:
    """A middleware of Chalice that notes how a request or its answer differs from the document."""

    def compare(request: Request, respond: Callable[[Request], Response]) -> Response:
        response = respond(request)
        operation = the_document()["paths"].get(request.context["resourcePath"], {}).get(request.method.lower())
        if operation is not None:
            each = differences(operation, response.status_code, response.body, str(response.headers["Content-Type"]))
            if response.status_code < 300:
                each += _of_request(operation, request)
            found.extend(f"{request.method} {request.path} {response.status_code}: {text}" for text in each)
        return response

    return compare


def differences(operation: Schema, status: int, body: str | bytes, content_type: str = "application/json") -> list[str]:
    """How an answer differs from its description."""
    described = operation["responses"].get(str(status))
    if described is None:
        return ["the document has no such status"]
    content = _resolved(described)["content"].get(content_type.partition(";")[0])
    if content is None:
        return [f"the document has no {content_type}"]
    return _errors(content["schema"], json.loads(body)) if "schema" in content else []


def _of_request(operation: Schema, request: Request) -> list[str]:
    """Why the document forbids a request that was accepted."""
    given: Mapping[str, str] = request.query_params or {}
    found = [
        f"the query needs {each['name']}"
        for each in _queries(operation)
        if each["required"] and each["name"] not in given
    ]
    for each in _queries(operation):
        if each["name"] in given:
            found += _errors(each["schema"], _value(given[each["name"]], each["schema"]))
    content = operation.get("requestBody", {"content": {}})["content"]
    if "application/json" in content:
        found += _errors(content["application/json"]["schema"], json.loads(request.raw_body))
    return found


def closed(schema: Any) -> Any:
    """The same schema, which allows no field that it does not name."""
    match schema:
        case {"type": "object", "properties": _}:
            return {"additionalProperties": False, **{key: closed(value) for key, value in schema.items()}}
        case dict():
            return {key: closed(value) for key, value in schema.items()}
        case list():
            return [closed(each) for each in schema]
    return schema


@cache
def _schemas() -> Schema:
    schemas: Schema = closed(the_document()["components"]["schemas"])
    return schemas


def _errors(schema: Schema, value: object) -> list[str]:
    whole = {**closed(schema), "components": {"schemas": _schemas()}}
    validator = OAS31Validator(whole, format_checker=OAS31Validator.FORMAT_CHECKER)
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(value)]


def _resolved(response: Schema) -> Schema:
    reference = response.get("$ref")
    responses: dict[str, Schema] = the_document()["components"]["responses"]
    return response if reference is None else responses[reference.rpartition("/")[2]]


def _queries(operation: Schema) -> list[Schema]:
    return [each for each in operation["parameters"] if each["in"] == "query"]


def _value(text: str, schema: Mapping[str, Any]) -> object:
    return json.loads(text) if schema.get("type") in {"integer", "number", "boolean"} else text
