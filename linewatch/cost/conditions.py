"""Which conditions of a template hold for given values of its parameters."""

from collections.abc import Mapping
from typing import Any


def holds(condition: Any, conditions: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Whether a condition holds: a name, or an expression of Fn::Equals, Fn::Not, Fn::And and Fn::Or. None holds."""

    def each(parts: list[Any]) -> list[bool]:
        return [holds(part, conditions, values) for part in parts]

    match condition:
        case None:
            return True
        case str(name) | {"Condition": str(name)}:
            return holds(conditions[name], conditions, values)
        case {"Fn::Equals": [left, right]}:
            return bool(_value(left, values) == _value(right, values))
        case {"Fn::Not": parts}:
            return not any(each(parts))
        case {"Fn::And": parts}:
            return all(each(parts))
        case {"Fn::Or": parts}:
            return any(each(parts))
    raise ValueError(f"{condition} is no condition that Linewatch's templates have")


def _value(part: Any, values: Mapping[str, Any]) -> str:
    match part:
        case {"Ref": str(name)}:
            return str(values.get(name))
        case _:
            return str(part)
