"""`linewatch model shadow`."""

import json
from typing import Any

import click

from chalicelib.core.clock import utc_now
from chalicelib.promotion.domain import MOST_IMAGES
from chalicelib.shadow.answers import estimate_as_json, progress_as_json, shadow_as_json
from chalicelib.shadow.run import MOST_HOURS, USUAL_HOURS, USUAL_SHADOW_IMAGES, NewShadow
from linewatch.commands.options import command_line, json_option, target_options
from linewatch.commands.printing import confirm
from linewatch.cost.shadow import cost_of
from linewatch.operate import comparisons
from linewatch.operate.operator import operator_grant
from linewatch.stack.target import Target


@click.group()
def shadow() -> None:
    """Have a version judge in the shadow of the hosted one.

    Its verdicts alert nobody and count in no rate. They are in the lake, as the run shadow#VERSION.
    """


@shadow.command()
@click.argument("project")
@click.argument("version", default="latest")
@click.option("--images", default=USUAL_SHADOW_IMAGES, show_default=True, type=click.IntRange(1, MOST_IMAGES))
@click.option("--hours", default=USUAL_HOURS, show_default=True, type=click.IntRange(1, MOST_HOURS))
@click.option("--estimate", is_flag=True, help="Only say what it costs.")
@json_option
@target_options
def start(project: str, version: str, estimate: bool, as_json: bool, target: Target, **size: Any) -> None:
    """Start a shadow run of so many images or hours."""
    linewatch, grant = target.linewatch(), operator_grant(project)
    wanted = NewShadow(version=version, **size)
    seconds = linewatch.shadow.estimate(project, wanted, grant)
    usd = cost_of(wanted.images, seconds)
    click.echo(f"at most {wanted.images} images, {seconds / 60:.0f} min of one core, {usd:.2f} USD", err=True)
    if estimate:
        if as_json:
            click.echo(json.dumps({**estimate_as_json(wanted, seconds), "usd": usd}))
        return
    started = linewatch.shadow.start(project, wanted, grant)
    follow = command_line(f"model shadow show {project}", target)
    message = f"version {started.version} judges beside version {started.hosted}; `{follow}` has what it says"
    confirm(message, dict(shadow_as_json(project, started, utc_now())), as_json)


@shadow.command()
@click.argument("project")
@json_option
@target_options
def show(project: str, as_json: bool, target: Target) -> None:
    """Show what the last shadow run says beside the hosted one."""
    progress = target.linewatch().shadow.show(project, operator_grant(project))
    answer = progress_as_json(project, progress, utc_now())
    if as_json:
        click.echo(json.dumps(answer))
        return
    run = progress.shadow
    reason = f": {run.end}" if run.end else ""
    click.echo(f"version {run.version} beside version {run.hosted} is {answer['state']}{reason}")
    click.echo(f"{progress.judged} of at most {run.images} images, until {run.until:%Y-%m-%d %H:%M} UTC")
    click.echo("\n".join(comparisons.of_versions(run.version, run.hosted, progress.outcome)))
    for flip in progress.outcome.flips:
        click.echo(
            f"{flip.key}: {flip.hosted} on the line, {flip.candidate} in the shadow, review: {flip.label or 'none'}"
        )


@shadow.command()
@click.argument("project")
@json_option
@target_options
def stop(project: str, as_json: bool, target: Target) -> None:
    """End the shadow run of a project."""
    ended = target.linewatch().shadow.stop(project, operator_grant(project))
    message = f"the shadow run of version {ended.version} has ended: {ended.end}"
    confirm(message, dict(shadow_as_json(project, ended, utc_now())), as_json)
