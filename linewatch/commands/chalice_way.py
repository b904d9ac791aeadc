"""`linewatch resources` and `linewatch finish`: before and after `chalice deploy`."""

import click

from linewatch.commands.deploy import Choice, print_outputs, release_options, released, stage_option
from linewatch.commands.options import json_option
from linewatch.commands.progress import echo
from linewatch.project import ROOT
from linewatch.stack.chalice.finish import finish as finish_stage
from linewatch.stack.chalice.resources import Resources, prepare_chalice
from linewatch.stack.choose import chosen
from linewatch.stack.libraries import AWS_PLATFORM, local_platform
from linewatch.stack.package import vendored
from linewatch.stack.page_client import set_page_address
from linewatch.stack.subscribers import silent_topics


@click.command()
@release_options
@json_option
def resources(choice: Choice, as_json: bool) -> None:
    """Make all that `chalice deploy` does not make.

    Run it first, and whenever infra/ or a setting changed. The stack is called `linewatch-STAGE-resources`. Writes
    .chalice/config.json and `vendor` for `chalice deploy --stage STAGE`, which comes next; then comes
    `linewatch finish`.
    """
    target = chosen(choice.stage, None)
    made = released(choice, target, Resources)
    libraries = vendored(local_platform() if target.emulated else AWS_PLATFORM)
    prepare_chalice(made.deployment, made.outputs, target, libraries, ROOT)
    print_outputs({name: value for name, value in made.outputs.items() if not name.startswith("Value")}, as_json)
    for line in silent_topics(target, made.deployment.stack):
        click.echo(line, err=True)
    click.echo(f"now: chalice deploy --stage {choice.stage}, then linewatch finish --stage {choice.stage}", err=True)


@click.command()
@stage_option
@json_option
def finish(stage: str, as_json: bool) -> None:
    """Set what `chalice deploy` leaves unset.

    Retries, the log, refusals and limits. Run it after each `chalice deploy`. Everything is taken from the template
    that `linewatch resources` deployed.
    """
    target = chosen(stage, None)
    outputs = finish_stage(stage, target, ROOT, echo)
    set_page_address(target, stage, f"{outputs['EndpointURL']}page")
    print_outputs(outputs, as_json)
