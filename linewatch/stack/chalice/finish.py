"""After `chalice deploy`: set what it leaves unset, from the template that `resources` has stored."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from linewatch.stack.account import Account
from linewatch.stack.chalice.config import stage_part, write
from linewatch.stack.chalice.functions import Function, functions
from linewatch.stack.chalice.records import Records
from linewatch.stack.chalice.set_api import set_api
from linewatch.stack.chalice.set_function import FunctionSettings, NotMade
from linewatch.stack.chalice.split import API, references
from linewatch.stack.values import written

type Made = dict[str, dict[str, Any]]
"""What Chalice made, by its names."""


def finish(stage: str, account: Account, root: Path, echo: Callable[[str], None]) -> dict[str, str]:
    """Set everything, as often as it is called. The result is what the whole stack has as outputs about the API.

    Raises `NotPrepared`, `NotMade` or `NotSettable`.
    """
    records = Records(stage, account, root)
    stored, made = records.resources(), records.deployed()
    template = stored["template"]
    found = functions(template)
    _compare(found, made)
    [(api_id, api)] = [(name, each) for name, each in template["Resources"].items() if each["Type"] == API]
    known = stored["known"] | _known(found, made) | {api_id: made["rest_api"]["rest_api_id"]}
    settings = FunctionSettings(account.client("lambda"), account.client("events"), account.emulated)
    for each in found:
        echo(f"finishing {each.name}")
        settings.set(
            replace(each, properties=_written(each.name, each.properties, known)), made[each.handler]["lambda_arn"]
        )
    echo(f"finishing the API linewatch-{stage}")
    set_api(account.client("apigateway"), known[api_id], _written(api_id, api["Properties"], known))
    write(root, stage, stage_part(template, known, stored["sources"], stored["tags"]))
    records.store_deployed()
    return {"RestAPIId": made["rest_api"]["rest_api_id"], "EndpointURL": made["rest_api"]["rest_api_url"]}


def _compare(found: list[Function], made: Made) -> None:
    here = {each.handler for each in found}
    there = {name for name, each in made.items() if each["resource_type"] == "lambda_function"}
    if here != there:
        raise NotMade(
            f"`linewatch resources` and `chalice deploy` disagree about {', '.join(sorted(here ^ there))}: "
            "run both again, in this order"
        )


def _known(found: list[Function], made: Made) -> dict[str, str]:
    names = {each.logical_id: each.name for each in found}
    return names | {f"{each.logical_id}.Arn": made[each.handler]["lambda_arn"] for each in found}


def _written(name: str, properties: Any, known: dict[str, Any]) -> Any:
    resolved = written(properties, known)
    if unknown := sorted(set(references(resolved))):
        raise NotMade(f"{name} refers to {', '.join(unknown)}, which is unknown: run `linewatch resources` again")
    return resolved
