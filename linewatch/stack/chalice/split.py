"""Split the template: what `chalice deploy` makes, and all else, which becomes the stack of resources.

What the first part refers to in the second becomes an output of the stack, so that CloudFormation says every value.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from linewatch.stack.template import VARIABLE, PackagingFailed, Template, stop_waiting

FUNCTION, API = "AWS::Serverless::Function", "AWS::Serverless::Api"
_BY_CHALICE = {FUNCTION, API, "AWS::Lambda::Permission"}
_PREFIX = "Value"
"""What the names of these outputs begin with, so that they are no other output's."""


def by_chalice(template: Template) -> Template:
    """The functions, the API and their permissions. Raises `PackagingFailed` for what refers to them and is neither."""
    resources = template["Resources"]
    names = {name for name, resource in resources.items() if resource["Type"] in _BY_CHALICE}
    for name, resource in resources.items():
        if name not in names and (used := _owners(resource) & names):
            raise PackagingFailed(
                f"{name} ({resource['Type']}) refers to {', '.join(sorted(used))}, which `chalice deploy` makes "
                "after it: write the name instead"
            )
    return {name: resource for name, resource in resources.items() if name in names}


def resources_only(template: Template) -> Template:
    """The template of the stack of resources."""
    left = by_chalice(template)
    kept = {name: dict(each) for name, each in template["Resources"].items() if name not in left}
    for resource in kept.values():
        stop_waiting(resource, left)
    outputs = {name: each for name, each in template.get("Outputs", {}).items() if not _owners(each) & left.keys()}
    values = {_output(reference): {"Value": _expression(reference)} for reference in needed(template)}
    others = {name: part for name, part in template.items() if name != "Globals"}
    return {**others, "Resources": kept, "Outputs": {**outputs, **values}}


def needed(template: Template) -> list[str]:
    """What functions and API refer to outside of themselves, as `Bus` or `Inspections.StreamArn`."""
    left = by_chalice(template)
    parts = [template.get("Globals", {}), *(each["Properties"] for each in left.values())]
    return sorted({each for each in references(parts) if _owner(each) not in left})


def values(template: Template, outputs: Mapping[str, str]) -> dict[str, str]:
    """The value of everything that is `needed`, from the outputs of the stack of resources."""
    return {reference: outputs[_output(reference)] for reference in needed(template)}


def references(part: Any) -> Iterator[str]:
    """Everything that a part of a template refers to, as `Bus` or `Inspections.StreamArn`."""
    match part:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            yield f"{name}.{attribute}"
        case {"Fn::Sub": [str(text), dict(own)]}:
            yield from (name for name in VARIABLE.findall(text) if name not in own)
            yield from references(own)
        case {"Fn::Sub": str(text)}:
            yield from VARIABLE.findall(text)
        case dict():
            yield from (each for value in part.values() for each in references(value))
        case list():
            yield from (each for value in part for each in references(value))


def _owners(resource: Any) -> set[str]:
    return {_owner(each) for each in references({key: part for key, part in resource.items() if key != "DependsOn"})}


def _owner(reference: str) -> str:
    return reference.partition(".")[0]


def _output(reference: str) -> str:
    return _PREFIX + re.sub("[^A-Za-z0-9]", "", reference)


def _expression(reference: str) -> dict[str, Any]:
    name, _, attribute = reference.partition(".")
    return {"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name}
