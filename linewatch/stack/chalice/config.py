"""A stage's part of .chalice/config.json, derived from the template. `chalice deploy` gets every setting from it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.aws.event_sources import QUEUES, setting_variable, stream_variable
from linewatch.stack.chalice.functions import Function, functions
from linewatch.stack.chalice.split import references
from linewatch.stack.package import CONFIG
from linewatch.stack.saved_state import replace
from linewatch.stack.template import Template
from linewatch.stack.values import Value, written

SETTINGS = {
    "Role": "iam_role_arn",
    "MemorySize": "lambda_memory_size",
    "Timeout": "lambda_timeout",
    "Layers": "layers",
    "ReservedConcurrentExecutions": "reserved_concurrency",
}
"""Chalice's names of the properties that it sets."""

ONLY_FINISHED = frozenset({"LINEWATCH_PARTIAL_BATCHES"})
"""Variables that hold only once `finish` has set the connections, as that SQS listens to which messages failed."""

type Known = Mapping[str, Value]
"""The values of what a template refers to, by `Name` or `Name.Attribute`."""


def stage_part(template: Template, known: Known, sources: Mapping[str, str], tags: Mapping[str, str]) -> dict[str, Any]:
    """The stage's part. `sources` are the variables of app.py's triggers."""
    return {
        "environment_variables": dict(sources),
        "tags": dict(tags),
        "lambda_functions": {each.handler: _function_part(each, known) for each in functions(template)},
    }


def _function_part(function: Function, known: Known) -> dict[str, Any]:
    """What refers to the API is left out until there is one. `finish` adds that and `ONLY_FINISHED`."""
    set_here = function.properties.keys() & SETTINGS.keys()
    settings = {SETTINGS[name]: written(function.properties[name], known) for name in sorted(set_here)}
    variables = {name: value for name, value in environment(function).items() if name not in ONLY_FINISHED}
    variables = {name: value for name, value in written(variables, known).items() if not isinstance(value, dict)}
    traced = {"xray": function.properties["Tracing"] == "Active"} if "Tracing" in function.properties else {}
    return {
        **settings,
        **traced,
        "environment_variables": {name: str(value) for name, value in variables.items()},
    }


def environment(function: Function) -> dict[str, Any]:
    """A function's variables, which may still refer to something."""
    variables: dict[str, Any] = function.properties.get("Environment", {}).get("Variables", {})
    return variables


def source_variables(template: Template, known: Known, queues: str) -> dict[str, str]:
    """The queues and streams of app.py's triggers. `queues` is what the ARNs of all queues begin with."""
    streams = [
        str(written(event["Stream"], known)) for each in functions(template) for event in each.events("DynamoDB")
    ]
    prefix = queues.rsplit(":", 1)[1]
    tables = {stream.split("/")[1].removeprefix(prefix): stream for stream in streams}
    return {QUEUES: queues, **{stream_variable(table): stream for table, stream in tables.items()}}


def setting_variables(packaged: Template, settings: Known) -> dict[str, str]:
    """The settings of app.py's triggers: the parameters that the packaged template has in its event sources."""
    events = [each["Properties"].get("Events") for each in packaged["Resources"].values()]
    return {setting_variable(each): str(settings[each]) for each in references(events) if each in settings}


def write(root: Path, stage: str, part: Mapping[str, Any]) -> None:
    """Write this stage's part of .chalice/config.json. What all stages share, and the others' parts, stay."""
    config = json.loads((root / CONFIG).read_text())
    config["stages"] = {**config.get("stages", {}), stage: part}
    replace(root / CONFIG, json.dumps(config, indent=2) + "\n")
