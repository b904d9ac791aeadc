"""Values in DynamoDB's format, and a read of many keys."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        KeysAndAttributesOutputTypeDef,
        KeysAndAttributesTypeDef,
    )

type Item = dict[str, AttributeValueTypeDef]
"""Attribute name to {type: value}; Linewatch uses the types S, N, L and M."""

_LARGEST_REQUEST = 100
"""The most keys of one BatchGetItem request."""
_SMALLEST = 1e-130
"""DynamoDB refuses a smaller number, such as the anomaly probability of an image that is certainly normal."""


def timestamp(moment: datetime) -> str:
    """A time as text in ISO 8601, UTC, with microseconds. The texts sort in the order of the times."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def attribute(value: object) -> "AttributeValueTypeDef":
    """A number as type N; a sequence as type L; a mapping, without what is None, as type M; all else as type S."""
    match value:
        case float() if abs(value) < _SMALLEST:
            return {"N": "0"}
        case int() | float():
            return {"N": repr(value)}
        case tuple():
            return {"L": [attribute(each) for each in value]}
        case dict():
            return {"M": {name: attribute(each) for name, each in value.items() if each is not None}}
        case datetime():
            return {"S": timestamp(value)}
        case _:
            return {"S": str(value)}


def plain(item: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """An item without its types."""
    return {name: _plain(value) for name, value in item.items()}


def _plain(value: Mapping[str, object]) -> object:
    match value:
        case {"L": list(content)}:
            return [_plain(each) for each in content]
        case {"M": dict(content)}:
            return plain(content)
    return next(iter(value.values()))


def existing(
    client: "DynamoDBClient", table: str, keys: Sequence[Item], *also: str, whole: bool = False
) -> Iterator[Item]:
    """Those of these keys that have an item, and the attributes `also` of it or all; consistent reads of a hundred."""
    wanted_names = [*(keys[0] if keys else ()), *also]
    names = {f"#{number}": name for number, name in enumerate(wanted_names)}  # a name may be reserved
    only: Any = {} if whole else {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
    for some in batched(keys, _LARGEST_REQUEST):
        wanted: Mapping[str, KeysAndAttributesTypeDef | KeysAndAttributesOutputTypeDef]
        wanted = {table: cast("KeysAndAttributesTypeDef", {"Keys": some, "ConsistentRead": True, **only})}
        while wanted:
            answer = client.batch_get_item(RequestItems=wanted)
            yield from answer["Responses"].get(table, [])
            wanted = answer["UnprocessedKeys"]


def queried(
    client: "DynamoDBClient",
    table: str,
    index: str,
    equal: tuple[str, str],
    between: tuple[str, str, str],
    *,
    forward: bool = False,
    **only: Any,
) -> Iterator[Item]:
    """The items of an index with this key and, both inclusive, a sort key between; pages are read as they are needed.

    `equal` is (name, value), `between` (name, lowest, highest).
    """
    (key, value), (sort_key, lowest, highest) = equal, between
    pages = client.get_paginator("query").paginate(
        TableName=table,
        IndexName=index,
        KeyConditionExpression="#key = :value AND #sort_key BETWEEN :earliest AND :latest",
        ExpressionAttributeNames={"#key": key, "#sort_key": sort_key},
        ExpressionAttributeValues={
            ":value": {"S": value},
            ":earliest": {"S": lowest},
            ":latest": {"S": highest},
        },
        ScanIndexForward=forward,
        **only,
    )
    for page in pages:
        yield from page["Items"]
