"""Which conditions of a CloudFormation template hold."""

from collections.abc import Mapping
from typing import Any


def holds(condition: Any, conditions: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Whether a condition holds: a name, or an expression of Fn::Equals, Fn::Not, Fn::And and Fn::Or. None holds.

    `values` are those of the parameters that are not written in. ValueError for what depends on anything else.
    """

    def each(parts: list[Any]) -> list[bool]:
        return [holds(part, conditions, values) for part in parts]

    match condition:
        case None:
            return True
        case str(name) | {"Condition": str(name)}:
            return holds(conditions[name], conditions, values)
        case {"Fn::Equals": [left, right]}:
            return _value(left, values) == _value(right, values)
        case {"Fn::Not": parts}:
            return not any(each(parts))
        case {"Fn::And": parts}:
            return all(each(parts))
        case {"Fn::Or": parts}:
            return any(each(parts))
    raise ValueError(f"a condition depends on more than parameters: {condition}")


def _value(part: Any, values: Mapping[str, Any]) -> str:
    match part:
        case {"Ref": str(name)} if name in values:
            return str(values[name])
        case str() | int() | float():
            return str(part)
    raise ValueError(f"a condition depends on more than parameters: {part}")
