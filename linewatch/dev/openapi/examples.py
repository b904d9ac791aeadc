"""Examples of requests and answers. A test makes the requests: the answers are real ones."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).with_name("examples.json")


@dataclass(frozen=True, slots=True)
class Example:
    """A request to an operation, and its answer. `body` is None for a request without one, or with bytes."""

    operation: str
    name: str
    request: str
    body: Any
    content_type: str
    status: int
    answer: Any


def read_examples() -> list[Example]:
    """The examples that are committed."""
    return [Example(**each) for each in json.loads(EXAMPLES.read_text(encoding="utf-8"))]


def add_examples(described: Mapping[str, Any], examples: Iterable[Example]) -> None:
    """Add each example to the body of its operation, and to the response that it got."""
    operations = {each["operationId"]: each for path in described["paths"].values() for each in path.values()}
    for example in examples:
        operation = operations[example.operation]
        if example.body is not None:
            _add(operation["requestBody"]["content"][example.content_type], example, example.body)
        response = operation["responses"][str(example.status)]
        if "$ref" in response:
            response = described["components"]["responses"][response["$ref"].rpartition("/")[2]]
        _add(response["content"]["application/json"], example, example.answer)


def _add(content: dict[str, Any], example: Example, value: object) -> None:
    content.setdefault("examples", {})[example.name] = {"summary": example.request, "value": value}
