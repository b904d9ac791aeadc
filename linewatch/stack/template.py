"""Merge the files of infra/ into one CloudFormation template, which Chalice merges into its own."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from chalice.package import YAMLTemplateSerializer

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
        part = YAMLTemplateSerializer().load_template(shared.read_text() + file.read_text(), file.name)
        del part["Shared"]
        for section, entries in part.items():
            _add(merged.setdefault(section, {}), entries, f"{section} of {file.name}")
    return merged


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
