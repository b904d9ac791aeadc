"""Values in DynamoDB's format, and a read of many keys."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING

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


def existing(client: "DynamoDBClient", table: str, keys: Sequence[Item], *also: str) -> Iterator[Item]:
    """Those of these keys that have an item, and the attributes `also` of it, by consistent reads of a hundred."""
    wanted_names = [*(keys[0] if keys else ()), *also]
    names = {f"#{number}": name for number, name in enumerate(wanted_names)}  # a name may be reserved
    for some in batched(keys, _LARGEST_REQUEST):
        wanted: Mapping[str, KeysAndAttributesTypeDef | KeysAndAttributesOutputTypeDef]
        wanted = {
            table: {
                "Keys": some,
                "ProjectionExpression": ", ".join(names),
                "ExpressionAttributeNames": names,
                "ConsistentRead": True,
            }
        }
        while wanted:
            answer = client.batch_get_item(RequestItems=wanted)
            yield from answer["Responses"].get(table, [])
            wanted = answer["UnprocessedKeys"]
