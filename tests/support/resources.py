"""Queries on a CloudFormation template."""

from collections.abc import Iterator
from typing import Any

type Properties = dict[str, Any]


class Resources:
    """The resources of a template, by type and by what they refer to."""

    def __init__(self, template: dict[str, Any]) -> None:
        self.template = template

    def of_type(self, kind: str) -> dict[str, Properties]:
        """The properties, by name, of all resources of a type (written without `AWS::`)."""
        resources = self.template["Resources"].items()
        found = {name: each["Properties"] for name, each in resources if each["Type"] == f"AWS::{kind}"}
        assert found, f"the template has no {kind}"
        return found

    def functions(self) -> dict[str, Properties]:
        """Every function."""
        return self.of_type("Serverless::Function")

    def events(self, kind: str) -> Iterator[tuple[str, Properties, Properties]]:
        """(function's name, its properties, the event's properties) of all event sources of a kind."""
        for name, function in self.functions().items():
            for event in function.get("Events", {}).values():
                if event["Type"] == kind:
                    yield name, function, event["Properties"]

    def pointed_at(self, reference: Any) -> Properties:
        """The properties of the resource that `Fn::GetAtt` or `Ref` points at."""
        properties: Properties = self.template["Resources"][name_in(reference)]["Properties"]
        return properties

    def most(self, number: Any) -> int:
        """A number, or the maximum of the parameter that it refers to."""
        most: int = self.template["Parameters"][number["Ref"]]["MaxValue"] if isinstance(number, dict) else number
        return most

    def statements(self, role: Properties) -> list[Properties]:
        """The statements of a role, in its own and in shared policies."""
        shared = [self.pointed_at(policy) for policy in role.get("ManagedPolicyArns", [])]
        documents = [policy["PolicyDocument"] for policy in (*role.get("Policies", []), *shared)]
        return [statement for document in documents for statement in document["Statement"]]


def name_in(reference: Any) -> str:
    """The resource that `Fn::GetAtt` or `Ref` names."""
    match reference:
        case {"Fn::GetAtt": [str(name), _]} | {"Ref": str(name)}:
            return name
    raise AssertionError(f"{reference} points at no resource of the template")


def as_list(value: Any) -> list[Any]:
    """One or several, as IAM has them."""
    return value if isinstance(value, list) else [value]
