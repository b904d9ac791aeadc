"""Write the values of parameters into a template, so that every name in it is plain text.

CloudFormation takes over a resource that stayed behind only by a plain name. The emulator passes numbers on as text.
"""

from collections.abc import Mapping
from typing import Any

from linewatch.conditions import holds
from linewatch.stack.template import VARIABLE, PackagingFailed, Template, stop_waiting

type Value = str | int | float

_NOTHING = {"Ref": "AWS::NoValue"}


def with_values(template: Template, values: Mapping[str, Value]) -> Template:
    """The template with `values` written in. It has no parameters and no conditions left.

    `values` has every parameter, and may have pseudo parameters such as `AWS::AccountId`. Raises `PackagingFailed`
    for a condition that depends on anything else.
    """
    whole = written({name: part for name, part in template.items() if name != "Parameters"}, values)
    decided = _decided(whole.pop("Conditions", {}))
    for section in whole.keys() & {"Resources", "Outputs"}:
        whole[section] = _that_hold(whole[section], decided)
    chosen: Template = _chosen(whole, decided)
    return chosen


def written(part: Any, values: Mapping[str, Value]) -> Any:
    """A part of a template with `values` written in, attributes as `Table.Arn`. What has no value stays as it is."""
    if (name := _referred_to(part)) in values:
        return values[name]
    match part:
        case {"Fn::Sub": str() | list() as sub}:
            text, own = (sub, {}) if isinstance(sub, str) else sub
            return _substituted(text, written(own, values), values)
        case {"Fn::Join": [str(glue), list(parts)]}:
            return _joined(glue, written(parts, values))
        case dict():
            return {key: written(value, values) for key, value in part.items()}
        case list():
            return [written(value, values) for value in part]
        case _:
            return part


def _referred_to(part: Any) -> str:
    match part:
        case {"Ref": str(name)}:
            return name
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"{name}.{attribute}"
    return ""


def _joined(glue: str, parts: list[Any]) -> Any:
    whole = all(isinstance(each, str | int | float) for each in parts)
    return glue.join(map(str, parts)) if whole else {"Fn::Join": [glue, parts]}


def _substituted(text: str, own: Mapping[str, Any], values: Mapping[str, Value]) -> Any:
    """What is left of a `Fn::Sub`: plain text when it has no variable left. Its `own` variables hide others."""
    plain = {name: value for name, value in own.items() if isinstance(value, str | int | float)}
    own = {name: value for name, value in own.items() if name not in plain}
    values = {**values, **plain}
    text = VARIABLE.sub(lambda found: found[0] if found[1] in own else str(values.get(found[1], found[0])), text)
    if not VARIABLE.search(text):
        return text.replace("${!", "${")
    return {"Fn::Sub": [text, own] if own else text}


def _decided(conditions: Mapping[str, Any]) -> dict[str, bool]:
    try:
        return {name: holds(condition, conditions, {}) for name, condition in conditions.items()}
    except ValueError as error:
        raise PackagingFailed(str(error)) from error


def _that_hold(entries: Mapping[str, Any], decided: Mapping[str, bool]) -> dict[str, Any]:
    """The resources or outputs without a condition, and those whose condition holds. None waits for one left out."""
    kept = {name: dict(entry) for name, entry in entries.items() if decided.get(entry.get("Condition"), True)}
    for entry in kept.values():
        entry.pop("Condition", None)
        stop_waiting(entry, entries.keys() - kept.keys())
    return kept


def _chosen(part: Any, decided: Mapping[str, bool]) -> Any:
    """Without `Fn::If`, and without what `AWS::NoValue` stands for."""
    match part:
        case {"Fn::If": [str(name), then, otherwise]}:
            return _chosen(then if decided[name] else otherwise, decided)
        case dict():
            chosen = {key: _chosen(value, decided) for key, value in part.items()}
            return {key: value for key, value in chosen.items() if value != _NOTHING}
        case list():
            return [value for each in part if (value := _chosen(each, decided)) != _NOTHING]
        case _:
            return part
