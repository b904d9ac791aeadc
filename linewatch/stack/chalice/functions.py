"""The functions of a template, each with all its properties, and the handler that Chalice knows it by."""

from dataclasses import dataclass
from typing import Any

from linewatch.stack.chalice.split import FUNCTION
from linewatch.stack.template import Template


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its name in the template, its handler in app.py, its name on AWS, and its SAM properties."""

    logical_id: str
    handler: str
    name: str
    properties: dict[str, Any]

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        """The properties of its event sources of these kinds."""
        return [each["Properties"] for each in self.properties.get("Events", {}).values() if each["Type"] in kinds]


def functions(template: Template) -> list[Function]:
    """Every function. `template` has its values written in, so that names are plain text."""
    shared = template.get("Globals", {}).get("Function", {})
    return [
        _function(logical_id, merged(shared, resource["Properties"]))
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == FUNCTION
    ]


def _function(logical_id: str, properties: dict[str, Any]) -> Function:
    handler = properties["Handler"].removeprefix("app.")
    return Function(logical_id, "api_handler" if handler == "app" else handler, properties["FunctionName"], properties)


def merged(shared: Any, own: Any) -> Any:
    """A function's properties with the shared ones, as SAM merges them: maps by key, lists one after the other."""
    match shared, own:
        case dict(), dict():
            both = {key: merged(shared[key], own[key]) for key in shared.keys() & own.keys()}
            return {**shared, **own, **both}
        case list(), list():
            return shared + own
        case _:
            return own
