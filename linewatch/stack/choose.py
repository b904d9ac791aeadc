"""Which deployment a command works on, by its options."""

import os
import sys
from collections.abc import Mapping

from chalicelib.core.errors import LinewatchError
from linewatch.errors import UsageProblem
from linewatch.stack import local
from linewatch.stack.emulator import Emulator
from linewatch.stack.target import Target


class WrongTarget(UsageProblem):
    """The options and the environment do not name exactly one deployment. The message says how to name one."""


class InvalidCredentials(LinewatchError):
    """AWS does not accept the credentials of this shell."""


def chosen(stage: str | None, local: str | None) -> Target:
    """The deployment that the options name.

    Raises `WrongTarget` when the options name none or two, `NotRunning` or `InvalidCredentials`.
    """
    if stage is not None and local is not None:
        raise WrongTarget("choose one: --stage for AWS, --local for a stack on this machine")
    return _on_aws(stage, os.environ) if stage is not None else _on_this_machine(local)


def _on_this_machine(name: str | None) -> Target:
    existing = sorted(folder.name for folder in local.STACKS.glob("[!.]*/") if local.has_state(folder.name))
    known = [each for each in existing if Emulator(local.folder_of(each)).running()]
    if name is None and len(known) != 1:
        advice = (
            f"choose with --local: {', '.join(known)}"
            if known
            else "no local stack is running: start one with `linewatch up`"
        )
        raise WrongTarget(f"{advice}; or name a stage on AWS with --stage")
    if name is None and len(existing) > 1:
        others = ", ".join(each for each in existing if each != known[0])
        print(f"using the local stack {known[0]}, which is running; not running: {others}", file=sys.stderr)
    return local.find(name or known[0])


def _on_aws(stage: str, environment: Mapping[str, str]) -> Target:
    """In the account of this shell's credentials; on the emulator that AWS_ENDPOINT_URL names, when it names one."""
    from boto3.session import Session
    from botocore.exceptions import BotoCoreError, ClientError

    session = Session()
    region = environment.get("AWS_REGION") or session.region_name
    if region is None:
        raise WrongTarget("no region: set AWS_REGION, or a region in your AWS configuration")
    try:
        account: str = session.client("sts", region_name=region).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise InvalidCredentials(f"AWS does not accept these credentials: {error}") from error
    return Target(stage, account, region, environment.get("AWS_ENDPOINT_URL"))
