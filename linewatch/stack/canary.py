"""Releases by canary: a new version gets a tenth of the traffic for ten minutes, and goes back when an alarm is raised.

A function takes part by its metadata, `Metadata: {Canary: "yes"}`. It gets an alias that queues and the API call, and
CodeDeploy moves the alias. The function `inspect_images` is first asked to test every live model.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linewatch.project import ROOT
from linewatch.stack.rollback import marked_alarms
from linewatch.stack.template import Template, read
from linewatch.stack.values import Value, with_values

ALIAS = "live"
TYPE = "Canary10Percent10Minutes"
_FILE = ROOT / "infra" / "canary" / "canary.yaml"
_CHECKED = "InspectImages"
_HOOK = "CheckRelease"


def with_canary(template: Template, values: Mapping[str, Value], file: Path = _FILE) -> Template:
    """The template with what releases by canary need; unchanged when no function takes part.

    `template` has no parameters left, and `values` are those that were written into it.
    """
    resources: dict[str, Any] = template["Resources"]
    released = [name for name, each in resources.items() if each.get("Metadata", {}).get("Canary") == "yes"]
    if not released:
        return template
    added = with_values(read(file.read_text(), file.name), values)["Resources"]
    checked = resources[_CHECKED]["Properties"]
    added[_HOOK]["Properties"] |= {name: checked[name] for name in ("CodeUri", "Runtime")}
    called = {name: _by_alias(each, released) for name, each in resources.items()}
    for name in released:
        hooks = {"Hooks": {"PreTraffic": {"Ref": _HOOK}}} if name == _CHECKED else {}
        called[name]["Properties"] |= {
            "AutoPublishAlias": ALIAS,
            "AutoPublishAliasAllProperties": True,  # also a change of memory or layers alone
            "DeploymentPreference": {
                "Type": TYPE,
                "Role": {"Fn::GetAtt": ["CanaryRole", "Arn"]},
                "Alarms": [{"Ref": alarm} for alarm in marked_alarms(template)],
                **hooks,
            },
        }
    return {**template, "Resources": {**called, **added}}


def _by_alias(resource: Mapping[str, Any], released: list[str]) -> Any:
    """The API, and the permissions to call a function, with the alias in the function's place."""
    if resource["Type"] not in {"AWS::Serverless::Api", "AWS::Lambda::Permission"}:
        return resource
    return _renamed(resource, released)


def _renamed(part: Any, released: list[str]) -> Any:
    match part:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), "Arn"]} if name in released:
            return {"Ref": f"{name}.Alias"}
        case {"Fn::Sub": str(text)}:
            for name in released:
                text = text.replace(f"${{{name}.Arn}}", f"${{{name}.Alias}}")
            return {"Fn::Sub": text}
        case dict():
            return {key: _renamed(value, released) for key, value in part.items()}
        case list():
            return [_renamed(value, released) for value in part]
        case _:
            return part
