"""Values in DynamoDB's format."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

type Item = dict[str, AttributeValueTypeDef]
"""Attribute name to {type: value}; Linewatch uses the types S and N."""

_SMALLEST = 1e-130
"""DynamoDB refuses a smaller number, such as the anomaly probability of an image that is certainly normal."""


def timestamp(moment: datetime) -> str:
    """A time as text in ISO 8601, UTC, with microseconds. The texts sort in the order of the times."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def attribute(value: object) -> "AttributeValueTypeDef":
    """A number as type N; a time and anything else as type S."""
    match value:
        case float() if abs(value) < _SMALLEST:
            return {"N": "0"}
        case int() | float():
            return {"N": repr(value)}
        case datetime():
            return {"S": timestamp(value)}
        case _:
            return {"S": str(value)}


def plain(item: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """An item without its types."""
    return {name: next(iter(value.values())) for name, value in item.items()}
