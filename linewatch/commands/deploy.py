"""`linewatch deploy`: the stack on AWS."""

import json
from dataclasses import dataclass
from typing import Any

import boto3
import click

from linewatch.commands.options import json_option
from linewatch.commands.progress import tell
from linewatch.deployment.libraries import AWS_PLATFORM
from linewatch.deployment.package import package
from linewatch.deployment.stack import Deployment
from linewatch.deployment.stack import deploy as deploy_stack
from linewatch.target import chosen


@dataclass(frozen=True, slots=True)
class AwsAccount:
    """The account and region that the AWS configuration of this shell leads to."""

    account: str
    region: str

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return boto3.client(service, region_name=self.region)


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
    outputs = deploy_stack(
        Deployment(package(AWS_PLATFORM), stage, numbers, tell), AwsAccount(target.account, target.region)
    )
    if as_json:
        click.echo(json.dumps(outputs))
        return
    for name, value in sorted(outputs.items()):
        click.echo(f"{name}\t{value}")
