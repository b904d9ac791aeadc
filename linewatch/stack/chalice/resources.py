"""Before `chalice deploy`: a stack of all but functions and API, and what Chalice reads of the stage."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.core.errors import LinewatchError
from linewatch.errors import UsageProblem
from linewatch.stack.account import Account
from linewatch.stack.chalice.config import setting_variables, source_variables, stage_part, write
from linewatch.stack.chalice.records import RESOURCES, Records
from linewatch.stack.chalice.split import API, resources_only, values
from linewatch.stack.cloudformation import Deployment
from linewatch.stack.settings import complete
from linewatch.stack.stack_status import status_of
from linewatch.stack.template import Template


class OtherWay(UsageProblem):
    """The stage was deployed the other way. The message says how to go on."""


class VendorInTheWay(LinewatchError):
    """The project has a folder `vendor` of its own."""


@dataclass(frozen=True, slots=True)
class Resources(Deployment):
    """The deployment of everything but functions and API."""

    @property
    def stack(self) -> str:
        """The stack's name."""
        return resources_stack(self.stage)

    def template(self, account: Account) -> Template:
        """The part of the template that this stack is made from."""
        return resources_only(Deployment.template(self, account))


def resources_stack(stage: str) -> str:
    """The name of the stack that `resources` makes."""
    return f"linewatch-{stage}-resources"


def refuse_after_resources(stage: str, account: Account) -> None:
    """Raise `OtherWay` for a stage that `chalice deploy` deploys: the whole stack would take its names."""
    if _exists(account, resources_stack(stage)):
        raise OtherWay(
            f"{stage} is deployed by `chalice deploy`. To change that: `chalice delete --stage {stage}`, then "
            f"`linewatch destroy --stage {stage} --keep-data`"
        )


def refuse_after_deploy(stage: str, account: Account) -> None:
    """Raise `OtherWay` for a stage that is one stack, functions and all."""
    if _exists(account, f"linewatch-{stage}"):
        raise OtherWay(
            f"{stage} is deployed as one stack: go on with `linewatch deploy`. To change that: "
            f"`linewatch destroy --stage {stage} --keep-data`"
        )


def prepare_chalice(
    deployment: Deployment, outputs: Mapping[str, str], account: Account, libraries: Path, root: Path
) -> None:
    """Write .chalice/config.json, .chalice/deployed/ and `vendor`, from the outputs of the stack of resources.

    `libraries` are those of the functions, `root` is the folder of app.py. Raises `VendorInTheWay`.
    """
    vendor = root / "vendor"
    if vendor.exists() and not vendor.is_symlink():
        raise VendorInTheWay(f"{vendor} is a folder: `resources` replaces it by a link to the functions' libraries")
    vendor.unlink(missing_ok=True)
    vendor.symlink_to(libraries)
    records = Records(deployment.stage, account, root)
    records.fetch_deployed()
    stored = _stored(deployment, outputs, account)
    records.store(RESOURCES, json.dumps(stored).encode())
    known = stored["known"] | _api_of(records, stored["template"])
    write(root, deployment.stage, stage_part(stored["template"], known, stored["sources"], stored["tags"]))


def _stored(deployment: Deployment, outputs: Mapping[str, str], account: Account) -> dict[str, Any]:
    """What `finish` needs."""
    template, packaged = Deployment.template(deployment, account), deployment.package.template
    known = values(template, outputs)
    partition = account.client("sqs").meta.partition
    queues = f"arn:{partition}:sqs:{account.region}:{account.account}:linewatch-{deployment.stage}-"
    settings = setting_variables(packaged, complete(packaged["Parameters"], deployment.settings))
    stack = account.client("cloudformation").describe_stacks(StackName=deployment.stack)["Stacks"][0]
    return {
        "template": template,
        "known": known,
        "sources": source_variables(template, known, queues) | settings,
        "tags": deployment.all_tags,
    }


def _api_of(records: Records, template: Template) -> dict[str, str]:
    """The id of the API, once Chalice has made it."""
    made = records.deployed() if records.deployed_file.exists() else {}
    names = [name for name, each in template["Resources"].items() if each["Type"] == API]
    return {name: made["rest_api"]["rest_api_id"] for name in names if "rest_api" in made}


def _exists(account: Account, stack: str) -> bool:
    return status_of(account.client("cloudformation"), stack) not in {None, "REVIEW_IN_PROGRESS"}
