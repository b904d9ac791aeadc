"""`linewatch deploy`: the stack on AWS."""

import click

from linewatch.commands.progress import tell
from linewatch.stack.cloudformation import Deployment
from linewatch.stack.cloudformation import deploy as deploy_stack
from linewatch.stack.libraries import AWS_PLATFORM
from linewatch.stack.package import package
from linewatch.stack.target import chosen


@click.command()
@click.option("--stage", required=True, help="Which deployment: every name on AWS derives from it.")
@click.option("--inspection-concurrency", type=click.IntRange(2, 1000), default=10, show_default=True)
def deploy(stage: str, inspection_concurrency: int) -> None:
    """Create or change the stack `linewatch-STAGE` with the AWS credentials and region of this shell."""
    target = chosen(stage, None)
    tell("packaging")
    numbers = {"InspectionConcurrency": inspection_concurrency}
    outputs = deploy_stack(Deployment(package(AWS_PLATFORM), stage, numbers, tell), target)
    for name, value in sorted(outputs.items()):
        click.echo(f"{name}\t{value}")
