"""Alarms of single lines: written out at deployment, once for each line that the setting WatchedLines names."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

SETTING = "WatchedLines"

type Resources = dict[str, Any]


def written_out(resources: Resources, watched: str) -> Resources:
    """The resources, with one copy for each watched line of those whose metadata has `ForEach: WatchedLines`.

    `watched` is as `plates/line-1,plates/line-2`. In a copy, `{project}` and `{line}` are replaced in every text.
    """
    lines = [line for line in watched.split(",") if line]
    each_line = {name for name, resource in resources.items() if resource.get("Metadata", {}).get("ForEach") == SETTING}
    plain = {name: resource for name, resource in resources.items() if name not in each_line}
    return plain | {
        f"{name}{_suffix(line)}": copy
        for name in resources
        if name in each_line
        for line, copy in _copies(resources[name], lines)
    }


def _copies(resource: Any, lines: list[str]) -> Iterator[tuple[str, Any]]:
    pattern = {field: value for field, value in resource.items() if field != "Metadata"}
    for watched in lines:
        project, line = watched.split("/")
        yield watched, _replaced(pattern, project, line)


def _replaced(part: Any, project: str, line: str) -> Any:
    match part:
        case str():
            return part.replace("{project}", project).replace("{line}", line)
        case dict():
            return {key: _replaced(value, project, line) for key, value in part.items()}
        case list():
            return [_replaced(value, project, line) for value in part]
        case _:
            return part


def _suffix(line: str) -> str:
    """Readable, and unique: names in a template have letters and digits only."""
    return re.sub(r"[^A-Za-z0-9]", "", line) + sha256(line.encode()).hexdigest()[:8]
