"""`linewatch deploy`: create or change the stack on AWS."""

import json

import click

from linewatch.commands.options import json_option
from linewatch.commands.progress import echo
from linewatch.stack.choose import chosen
from linewatch.stack.cloudformation import Deployment
from linewatch.stack.cloudformation import deploy as deploy_stack
from linewatch.stack.libraries import AWS_PLATFORM
from linewatch.stack.package import package


@click.command()
@click.option("--stage", required=True, help="Name of the deployment: a part of every name on AWS.")
@click.option(
    "--inspection-concurrency",
    type=click.IntRange(2, 1000),
    default=10,
    show_default=True,
    help="Images inspected at the same time.",
)
@json_option
def deploy(stage: str, inspection_concurrency: int, as_json: bool) -> None:
    """Create or change a stage on AWS.

    The stack is called `linewatch-STAGE`. Uses the AWS credentials and the region of this shell.
    """
    target = chosen(stage, None)
    echo("packaging")
    numbers = {"InspectionConcurrency": inspection_concurrency}
    outputs = deploy_stack(Deployment(package(AWS_PLATFORM), stage, numbers, echo), target)
    if as_json:
        click.echo(json.dumps(outputs))
        return
    for name, value in sorted(outputs.items()):
        click.echo(f"{name}\t{value}")
