"""Merge the files of infra/ into one CloudFormation template, which Chalice merges into its own."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from chalicelib.core.errors import LinewatchError

SHARED = "shared.yaml"

type Template = dict[str, Any]


VARIABLE = re.compile(r"\$\{([^!}]+)\}")
"""A variable in the text of a `Fn::Sub`."""


class PackagingFailed(LinewatchError):
    """The app cannot be packaged. The message says which file or resource is wrong."""


def merged_infra(folder: Path) -> Template:
    """All of `infra/*.yaml`, merged section by section; `shared.yaml` holds anchors that each of the others may use.

    Raises `PackagingFailed` when two files define one name.
    """
    merged: Template = {}
    shared = folder / SHARED
    for file in sorted(set(folder.glob("*.yaml")) - {shared}):
        part = read(shared.read_text() + file.read_text(), file.name)
        del part["Shared"]
        for section, entries in part.items():
            _add(merged.setdefault(section, {}), entries, f"{section} of {file.name}")
    return merged


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """In C where PyYAML has it: a tenth of the time. It reads `!Sub text` as `{"Fn::Sub": "text"}`."""


def _short_form(loader: Any, tag: str, node: yaml.Node) -> dict[str, Any]:
    if tag == "GetAtt" and isinstance(node, yaml.ScalarNode):
        return {"Fn::GetAtt": node.value.split(".", 1)}
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case _:
            value = loader.construct_mapping(node, deep=True)
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _short_form)


def read(text: str, name: str) -> Template:
    """A template in YAML. Raises `PackagingFailed` with the file's name and the line when it is none."""
    try:
        template: Template = _Loader(text).get_single_data()
    except yaml.YAMLError as error:
        raise PackagingFailed(f"{name} is not YAML: {error}") from error
    return template


def _add(section: dict[str, Any], entries: Mapping[str, Any], where: str) -> None:
    if twice := section.keys() & entries.keys():
        raise PackagingFailed(f"{where}: another file of infra/ also defines {', '.join(sorted(twice))}")
    section.update(entries)


def without_type(template: Template) -> list[str]:
    """Resources and events without a type. Their names are misspelt: Chalice generated nothing with these names."""
    found = []
    for name, resource in template["Resources"].items():
        events = resource.get("Properties", {}).get("Events", {})
        found += [f"{name}.{event}" for event, settings in events.items() if "Type" not in settings]
        found += [name] if "Type" not in resource else []
    return sorted(found)


def stop_waiting(resource: dict[str, Any], gone: Collection[str]) -> None:
    """Take what is gone out of a resource's `DependsOn`."""
    if waits_for := resource.pop("DependsOn", None):
        names = [waits_for] if isinstance(waits_for, str) else waits_for
        resource["DependsOn"] = [name for name in names if name not in gone]
