"""Fakes for boto3's clients."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self


def as_client(fake: object) -> Any:
    """The fake, typed as any client. It needs only the methods that the code calls."""
    return fake


@dataclass
class EmptyTables:
    """A client of DynamoDB that finds nothing and records its requests: moto answers any read consistently."""

    requests: list[dict[str, Any]] = field(default_factory=list)

    def get_item(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        return {}

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        self.requests += request["RequestItems"].values()
        return {"Responses": {}, "UnprocessedKeys": {}}

    def get_paginator(self, operation: str) -> Self:
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        self.requests.append(request)
        yield {"Items": []}
