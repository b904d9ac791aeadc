"""Before `chalice deploy`: a stack of all but functions and API, and what Chalice reads of the stage."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, ClassVar

from chalicelib.core.errors import LinewatchError
from linewatch.errors import UsageProblem
from linewatch.stack.account import Account
from linewatch.stack.chalice.config import setting_variables, source_variables, stage_part, write
from linewatch.stack.chalice.records import RESOURCES, Records
from linewatch.stack.chalice.split import API, resources_only, values
from linewatch.stack.cloudformation import Deployment
from linewatch.stack.settings import complete
from linewatch.stack.stack_status import RESOURCES_ONLY
from linewatch.stack.template import Template


class VendorInTheWay(LinewatchError):
    """The project has a folder `vendor` of its own."""


class OnlyAsOneStack(UsageProblem):
    """A setting needs `linewatch deploy`. The message names it."""


class Resources(Deployment):
    """The deployment of everything but functions and API."""

    __slots__ = ()
    suffix: ClassVar[str] = RESOURCES_ONLY

    def template(self, account: Account, ignored: Collection[str] = ()) -> Template:
        """The part of the template that this stack is made from. Raises `OnlyAsOneStack` besides."""
        return resources_only(whole(self, account, ignored))


def whole(deployment: Deployment, account: Account, ignored: Collection[str] = ()) -> Template:
    """The template with functions and API. Raises `OnlyAsOneStack` besides what `Deployment.template` raises."""
    template = Deployment.template(deployment, account, ignored)
    if any("DeploymentPreference" in each.get("Properties", {}) for each in template["Resources"].values()):
        raise OnlyAsOneStack("releases by canary need `linewatch deploy`: say --set Canary=no")
    return template


def prepare_chalice(
    deployment: Deployment, outputs: Mapping[str, str], account: Account, libraries: Path, root: Path
) -> None:
    """Write .chalice/config.json, .chalice/deployed/ and `vendor`, from the outputs of the stack of resources.

    `libraries` are those that Chalice does not install, `root` is the folder of app.py. Raises `VendorInTheWay`.
    """
    vendor = root / "vendor"
    if vendor.exists() and not vendor.is_symlink():
        raise VendorInTheWay(f"{vendor} is a folder: `resources` replaces it by a link to the libraries for Chalice")
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
    template, packaged = whole(deployment, account), deployment.package.template
    known = values(template, outputs)
    partition = account.client("sqs").meta.partition
    queues = f"arn:{partition}:sqs:{account.region}:{account.account}:linewatch-{deployment.stage}-"
    settings = setting_variables(packaged, complete(packaged["Parameters"], deployment.settings))
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
