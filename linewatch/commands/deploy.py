"""`linewatch deploy`: the stack on AWS."""

import json

import click

from linewatch.commands.options import json_option
from linewatch.commands.progress import tell
from linewatch.stack.cloudformation import Deployment
from linewatch.stack.cloudformation import deploy as deploy_stack
from linewatch.stack.libraries import AWS_PLATFORM
from linewatch.stack.package import package
from linewatch.stack.target import chosen


@click.command()
@click.option("--stage", required=True, help="Which deployment: every name on AWS derives from it.")
@click.option("--inspection-concurrency", type=click.IntRange(2, 1000), default=10, show_default=True)
@json_option
def deploy(stage: str, inspection_concurrency: int, as_json: bool) -> None:
    """Create or change a stage on AWS.

    The stack is called `linewatch-STAGE`. The AWS credentials and the region are those of this shell.
    """
    target = chosen(stage, None)
    tell("packaging")
    numbers = {"InspectionConcurrency": inspection_concurrency}
    outputs = deploy_stack(Deployment(package(AWS_PLATFORM), stage, numbers, tell), target)
    if as_json:
        click.echo(json.dumps(outputs))
        return
    for name, value in sorted(outputs.items()):
        click.echo(f"{name}\t{value}")
