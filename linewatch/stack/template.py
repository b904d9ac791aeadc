"""The files of infra/ as one CloudFormation template, to be laid over what Chalice generates."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from chalice.package import YAMLTemplateSerializer

SHARED = "shared.yaml"

type Template = dict[str, Any]


def merged_infra(folder: Path) -> Template:
    """All of `infra/*.yaml`, section by section; `shared.yaml` holds anchors that each of the others may use.

    ClickException when two files say the same name.
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
    twice = section.keys() & entries.keys()
    if twice:
        raise click.ClickException(f"{where}: {', '.join(sorted(twice))} stands in another file of infra/ too")
    section.update(entries)


def misspelt(template: Template) -> list[str]:
    """Resources and events without a type: settings for what Chalice did not generate under that name."""
    found = []
    for name, resource in template["Resources"].items():
        events = resource.get("Properties", {}).get("Events", {})
        found += [f"{name}.{event}" for event, settings in events.items() if "Type" not in settings]
        found += [name] if "Type" not in resource else []
    return sorted(found)
