"""The schemas of the document, from the types that the routes use."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import DataclassField, ModelField, TypedDictField

from chalicelib.core.answer import Answer
from chalicelib.core.inspection import Inspection
from chalicelib.http.responses import Problem
from chalicelib.inspections.routes import LinkedInspection
from chalicelib.inspections.search import HIDDEN
from linewatch.dev.openapi.operations import Operation
from linewatch.dev.openapi.problems import PROBLEMS

type Schema = dict[str, Any]
type _Typed = tuple[Any, Literal["validation", "serialization"]]


class _Generator(GenerateJsonSchema):
    """Without titles, which repeat the names. What is written has all fields, also those that have a default."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    def field_is_required(self, field: ModelField | DataclassField | TypedDictField, total: bool) -> bool:
        if self.mode == "serialization" and field["type"] == "dataclass-field":
            return True
        return super().field_is_required(field, total)


class Shapes:
    """The schema of each type that operations use; `named` are the schemas that these refer to."""

    def __init__(self, operations: Collection[Operation]) -> None:
        types = dict.fromkeys(_types(operations))
        self._schemas, definitions = TypeAdapter.json_schemas(
            [(kind, mode, TypeAdapter(kind)) for kind, mode in types],
            ref_template="#/components/schemas/{model}",
            schema_generator=_Generator,
        )
        self.named: dict[str, Schema] = definitions["$defs"]
        for kind in (Inspection, LinkedInspection):
            _hide(self.named[kind.__name__])
        del self.named[Answer.__name__]  # An inspection keeps its answers, and no JSON has them.
        self._queries = {query: self.named[query.__name__] for query in _queries(operations)}
        for query in self._queries.keys() - {each.body for each in operations}:
            del self.named[query.__name__]

    def of_answer(self, answer: object) -> Schema:
        """The schema of what is written."""
        return self._schemas[answer, "serialization"]

    def of_body(self, model: type[BaseModel]) -> Schema:
        """The schema of what is read."""
        return self._schemas[model, "validation"]

    def parameters(self, query: type[BaseModel]) -> list[Schema]:
        """The parameters of a query."""
        schema = self._queries[query]
        required = schema.get("required", [])
        return [
            {"name": name, "in": "query", "required": name in required, "schema": _without_null(each)}
            for name, each in schema["properties"].items()
        ]


def _types(operations: Iterable[Operation]) -> Iterator[_Typed]:
    yield from ((problem, "serialization") for problem in (Problem, *PROBLEMS.values()))
    for each in operations:
        yield from ((model, "validation") for model in (each.query, each.body) if isinstance(model, type))
        if not isinstance(each.answer, tuple):
            yield each.answer, "serialization"


def _queries(operations: Iterable[Operation]) -> set[type[BaseModel]]:
    return {each.query for each in operations if each.query is not None}


def _hide(inspection: Schema) -> None:
    for name in HIDDEN:
        del inspection["properties"][name]
        inspection["required"].remove(name)


def _without_null(schema: Mapping[str, Any]) -> Schema:
    """A parameter is left out where a body has null."""
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    choices = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    default = {"default": schema["default"]} if schema.get("default") is not None else {}
    return {**rest, **(choices[0] if choices else {}), **default}
