"""`linewatch deploy` and `linewatch settings`: create or change a stage on AWS, and show how it is set."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from linewatch.commands.deployment_plan import plan
from linewatch.commands.options import json_option
from linewatch.commands.progress import echo
from linewatch.project import ROOT
from linewatch.stack import release as releases
from linewatch.stack.artifacts import Artifacts
from linewatch.stack.change_set import ChangeSet
from linewatch.stack.choose import chosen
from linewatch.stack.cloudformation import Deployment
from linewatch.stack.libraries import AWS_PLATFORM, local_platform
from linewatch.stack.package import Package, package
from linewatch.stack.page_client import set_page_address
from linewatch.stack.settings import FIXED, assignments, complete, load
from linewatch.stack.subscribers import silent_topics
from linewatch.stack.target import Target
from linewatch.stack.template import Template, merged_infra

FIRST_STEPS = """next:
  linewatch project create PROJECT --stage {stage}
  linewatch dataset import PROJECT FOLDER --stage {stage}
  linewatch model train PROJECT --stage {stage}
  linewatch model start PROJECT --stage {stage}
  linewatch people invite YOUR@ADDRESS --stage {stage} --role admin --project PROJECT
  linewatch key create --stage {stage} --role camera --project PROJECT
  linewatch camera FOLDER --line LINE --camera CAMERA --key KEY --url ADDRESS (the output EndpointURL)"""

stage_option = click.option("--stage", required=True, help="Name of the deployment: a part of every name on AWS.")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose for the release of a stage."""

    stage: str
    assigned: Sequence[str]
    tags: Sequence[str]
    plan_only: bool
    yes: bool


def release_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a release, and the parameter `choice`."""

    @stage_option
    @click.option(
        "--set", "assigned", multiple=True, metavar="NAME=VALUE", help="A setting, which then stays. Repeatable."
    )
    @click.option("--tag", "tags", multiple=True, metavar="NAME=VALUE", help="A tag, which then stays. Repeatable.")
    @click.option("--plan", "plan_only", is_flag=True, help="Show what would happen, and stop.")
    @click.option("--yes", is_flag=True, help="Do not ask.")
    @wraps(command)
    def with_choice(
        stage: str, assigned: Sequence[str], tags: Sequence[str], plan_only: bool, yes: bool, **options: Any
    ) -> Any:
        if not (yes or plan_only or sys.stdin.isatty()):
            raise click.UsageError("nobody can be asked here: say --yes to deploy, or --plan to see what would happen")
        return command(choice=Choice(stage, assigned, tags, plan_only, yes), **options)

    return with_choice


@dataclass(frozen=True, slots=True)
class Released:
    """What was deployed, the stack's outputs, and whether the stack is new."""

    deployment: Deployment
    outputs: dict[str, str]
    new: bool


@click.command()
@release_options
@json_option
def deploy(choice: Choice, as_json: bool) -> None:
    """Create or change a stage on AWS.

    Shows the account, the settings, what will change and what it costs, and asks. The stack is called
    `linewatch-STAGE`. Uses the AWS credentials and the region of this shell. A setting that is not given keeps its
    value: `linewatch settings` lists them.
    """
    target = chosen(choice.stage, None)
    made = released(choice, target, Deployment)
    set_page_address(target, choice.stage, f"{made.outputs['EndpointURL']}page")
    print_outputs(made.outputs, as_json)
    for line in silent_topics(target, made.deployment.stack):
        click.echo(line, err=True)
    if made.new:
        click.echo(FIRST_STEPS.format(stage=choice.stage), err=True)


def released(choice: Choice, target: Target, kind: type[Deployment]) -> Released:
    """Show the plan, ask, and deploy the whole template, or the part of it that a `kind` of deployment stands for."""
    words, tags = assignments(choice.assigned), assignments(choice.tags)
    wanted = releases.prepare(packaged(target), choice.stage, target, words, tags, echo, kind)
    identity = target.client("sts").get_caller_identity()["Arn"]

    new = False

    def approve(change_set: ChangeSet, template: Template) -> None:
        nonlocal new
        new = change_set.new
        click.echo(plan(wanted, change_set, template, target, identity), err=True)
        if choice.plan_only:
            raise click.exceptions.Exit(0)
        if change_set.resources and not choice.yes:
            click.confirm("Deploy?", abort=True, err=True)

    outputs = releases.release(wanted, target, approve)
    return Released(wanted.deployment, outputs, new)


@click.command()
@stage_option
@json_option
def settings(stage: str, as_json: bool) -> None:
    """Show the settings of a stage.

    Each with what it means, and whether it has the default. `linewatch deploy --set` changes them.
    """
    target = chosen(stage, None)
    parameters = merged_infra(ROOT / "infra")["Parameters"]
    kept = load(target.client("s3"), Artifacts(stage, target).bucket, target.account)
    values = complete(parameters, {name: value for name, value in kept.values.items() if name in parameters})
    shown = {name: value for name, value in sorted(values.items()) if name not in FIXED}
    if as_json:
        click.echo(json.dumps({"settings": shown, "tags": kept.tags}))
        return
    for name, value in shown.items():
        mark = "" if name in kept.values else " (default)"
        click.echo(f"{name}={value}{mark}\n    {parameters[name]['Description']}")
    for name, tag in sorted(kept.tags.items()):
        click.echo(f"tag {name}={tag}")


def packaged(target: Target) -> Package:
    """The app for the target: for Lambda's machines, or for the emulator's, which is this one."""
    echo("packaging")
    return package(local_platform() if target.emulated else AWS_PLATFORM)


def print_outputs(outputs: Mapping[str, str], as_json: bool) -> None:
    """A line for each, or JSON."""
    if as_json:
        click.echo(json.dumps(outputs))
        return
    for name, value in sorted(outputs.items()):
        click.echo(f"{name}\t{value}")
