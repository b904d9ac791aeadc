"""The OpenAPI document says what the routes do: tests/conftest.py compares every answer that any test gets with it."""

import inspect
import json
import re
from collections.abc import Callable
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openapi_spec_validator import validate
from pydantic import BaseModel

from app import app
from chalicelib.access.domain import OPEN_ROUTES, ROUTES, Role
from chalicelib.core.inspection import Verdict
from chalicelib.http.route import STATUS
from linewatch.commands.openapi import openapi
from linewatch.dev.openapi import document as documents
from linewatch.dev.openapi.examples import EXAMPLES
from linewatch.dev.openapi.operations import OPERATIONS
from linewatch.project import ROOT
from tests.http.conftest import an_api
from tests.http.examples import examples, signer, text_of
from tests.support.described import differences, the_document

CHECKED_IN = ROOT / "schemas" / "openapi.json"
PAGE = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
OPEN = [("GET", "/health"), *OPEN_ROUTES]


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    paths = the_document()["paths"].items()
    return {(method.upper(), path): each for path, methods in paths for method, each in methods.items()}


def test_the_checked_in_document_is_that_of_the_routes() -> None:
    text = documents.text_of(the_document())
    assert CHECKED_IN.read_text(encoding="utf-8") == text, "stale: run python -m linewatch develop openapi"


def test_the_document_is_valid_openapi() -> None:
    validate(the_document())


def test_the_command_writes_the_document(tmp_path: Path) -> None:
    target = tmp_path / "api.json"
    assert CliRunner().invoke(openapi, ["--to", str(target)]).exit_code == 0
    assert json.loads(target.read_text(encoding="utf-8")) == the_document()


def test_every_route_and_no_other_is_in_the_document_with_its_roles() -> None:
    roles = {route: each.get("x-roles") for route, each in operations().items()}
    assert [roles.pop(route) for route in OPEN] == [None] * len(OPEN)
    assert roles == {route: [role for role in Role if role in allowed] for route, allowed in ROUTES.items()}


def test_a_route_that_nobody_described_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROUTES, ("GET", "/new"), frozenset())
    with pytest.raises(documents.Undescribed, match=r"operations.py: \[\('GET', '/new'\)\]"):
        documents.document(app, {}, [])


def test_every_route_says_what_it_does_and_names_its_scheme() -> None:
    assert all(each["summary"] for each in operations().values())
    used = {route: each["security"] for route, each in operations().items()}
    legacy = ("GET", "/getsignedurl")
    assert used.pop(legacy) == [{"legacy": []}]
    assert [used.pop(route) for route in OPEN] == [[]] * len(OPEN)
    assert all(each == [{"bearer": []}] for each in used.values())
    assert the_document()["components"]["securitySchemes"].keys() == {"bearer", "legacy", "sigv4"}


@pytest.mark.parametrize("route", sorted(OPERATIONS))
def test_a_view_reads_exactly_the_models_of_its_description(route: tuple[str, str]) -> None:
    method, path = route
    view = inspect.unwrap(app.routes[path][method].view_function)
    values = [*(view.__globals__.get(name) for name in view.__code__.co_names), *imported(view)]
    read = {each for each in values if isinstance(each, type) and issubclass(each, BaseModel)}
    operation = OPERATIONS[route]
    described = {each for each in (operation.query, operation.body) if isinstance(each, type)}
    assert described == read - {operation.answer}


def imported(view: Callable[..., object]) -> list[object]:
    """What a view imports when it is asked."""
    found = re.findall(r"from (\S+) import (\w+)", inspect.getsource(view))
    return [getattr(import_module(module), name) for module, name in found]


def test_every_error_of_a_route_has_its_status_and_an_answer_somewhere() -> None:
    codes = {
        code: int(status)
        for each in operations().values()
        for status, response in each["responses"].items()
        for code in codes_of(response)
    }
    for kind, status in STATUS.items():
        assert {codes.get(each.__name__) for each in (kind, *kind.__subclasses__())} - {None} == {status.value}, kind


def codes_of(response: dict[str, Any]) -> list[str]:
    if "$ref" not in response:
        return []
    found = the_document()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = found["content"]["application/json"]["schema"]
    return [code for each in schema.get("oneOf", [schema]) for code in each["properties"]["code"]["enum"]]


def test_errors_of_one_status_that_have_different_shapes_are_distinguished_by_their_code() -> None:
    operation = operations()["POST", "/inspections/{inspection_id}/review"]
    stale = {"code": "StaleRevision", "message": "look again", "revision": 2}
    assert differences(operation, 409, json.dumps(stale)) == []
    assert differences(operation, 409, json.dumps(stale | {"code": "CannotReview"}))
    assert differences(operation, 409, json.dumps({"code": "StaleRevision", "message": "look again"}))


def test_the_examples_are_what_the_api_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    api = an_api(signer())
    monkeypatch.setattr("app.linewatch", api.linewatch)
    made = examples(api)
    assert EXAMPLES.read_text(encoding="utf-8") == text_of(made), "stale: run python -m tests.http.examples"
    every = {each["operationId"] for each in operations().values()}
    assert {each.operation for each in made} == every - {
        "health",
        "find_map",
        "find_picture",
        "find_dataset_picture",
        "show_page",
        "show_page_file",
    }


type Answer = dict[str, Any]


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer.update(humidity=0.4),
        lambda answer: answer.update(verdict="fine"),
        lambda answer: answer.update(captured_at="noon"),
        lambda answer: answer.pop("line"),
        lambda answer: answer["boxes"].append([1, 2]),
    ],
)
def test_an_answer_that_is_not_as_described_is_noticed(change: Callable[[Answer], object]) -> None:
    operation = operations()["GET", "/inspections/{inspection_id}"]
    answer = deepcopy(operation["responses"]["200"]["content"]["application/json"]["examples"]["anomalous"]["value"])
    assert differences(operation, 200, json.dumps(answer)) == []
    change(answer)
    assert len(differences(operation, 200, json.dumps(answer))) == 1


def test_a_status_or_a_kind_of_content_that_is_not_described_is_noticed() -> None:
    operation = operations()["GET", "/inspections/{inspection_id}"]
    assert differences(operation, 202, "{}") == ["the document has no such status"]
    assert differences(operation, 200, "{}", "text/plain") == ["the document has no text/plain"]


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table of the page under a heading."""
    table = re.search(r"^\|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE[PAGE.index(heading) :], re.MULTILINE)
    assert table is not None
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in table[1].splitlines()]


def names(cells: list[str]) -> set[str]:
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_the_page_has_every_route_once_with_its_roles_and_statuses() -> None:
    table = rows("# The API")
    described = {tuple(route.strip("`").split(" ")): (who, answers) for route, who, answers in table}
    assert len(described) == len(table)
    assert described.keys() == operations().keys()
    for route, each in operations().items():
        who, answers = described[route]
        assert re.findall(r"\b(?:camera|viewer|operator|admin)\b", who) == each.get("x-roles", []), route
        assert set(re.findall(r"\b[2-5]\d\d\b", answers)) <= each["responses"].keys(), route
        assert answers.startswith(min(each["responses"])), route


def test_the_page_has_every_parameter_field_and_verdict() -> None:
    search = operations()["GET", "/inspections"]["parameters"]
    assert names([cells[0] for cells in rows("## Getting the verdict")]) == {each["name"] for each in search}
    week = the_document()["components"]["schemas"]["WeekAnswer"]["properties"]
    assert names([cells[0] for cells in rows("`GET /projects/plates/shifts?day")]) == week.keys()
    assert names([cells[0] for cells in rows("An inspection's `verdict`")]) == set(Verdict)


def test_the_page_has_every_status_of_an_error() -> None:
    statuses = {status for each in operations().values() for status in each["responses"] if status > "201"}
    explained = {cells[0].split(" ")[0] for heading in ("## One request", "## Errors") for cells in rows(heading)}
    assert {status if status < "500" else "5xx" for status in statuses} <= explained
