"""`linewatch deploy`: create or change the stack on AWS."""

import json
from collections.abc import Sequence

import click

from linewatch.commands.options import json_option
from linewatch.commands.progress import echo
from linewatch.stack import settings
from linewatch.stack.artifacts import bucket_of
from linewatch.stack.choose import chosen
from linewatch.stack.cloudformation import Deployment
from linewatch.stack.cloudformation import deploy as deploy_stack
from linewatch.stack.libraries import AWS_PLATFORM
from linewatch.stack.package import package


@click.command()
@click.option("--stage", required=True, help="Name of the deployment: a part of every name on AWS.")
@click.option("--set", "assigned", multiple=True, metavar="NAME=VALUE", help="A setting, which then stays. Repeatable.")
@json_option
def deploy(stage: str, assigned: Sequence[str], as_json: bool) -> None:
    """Create or change a stage on AWS.

    The stack is called `linewatch-STAGE`. Uses the AWS credentials and the region of this shell. A setting that is not
    given keeps its value.
    """
    target = chosen(stage, None)
    echo("packaging")
    built = package(AWS_PLATFORM)
    parameters, said = built.template["Parameters"], settings.assignments(assigned)
    s3, bucket = target.client("s3"), bucket_of(stage, target.account)
    values = {name: settings.checked(parameters, name, value) for name, value in said.items()}
    kept = settings.load(s3, bucket, target.account).changed(values, {})
    outputs = deploy_stack(Deployment(built, stage, kept.values, echo), target)
    settings.store(s3, bucket, target.account, kept)
    if as_json:
        click.echo(json.dumps(outputs))
        return
    for name, value in sorted(outputs.items()):
        click.echo(f"{name}\t{value}")
