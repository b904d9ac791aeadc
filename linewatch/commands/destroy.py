"""`linewatch destroy`: remove a stage from AWS."""

import sys
from collections.abc import Sequence

import click

from linewatch.commands.deploy import packaged, stage_option
from linewatch.commands.progress import echo
from linewatch.stack import destruction
from linewatch.stack.choose import chosen
from linewatch.stack.cloudformation import Deployment


@click.command()
@stage_option
@click.option(
    "--keep-data", is_flag=True, help="Keep images, verdicts and keys, for a deployment that takes them over."
)
@click.option("--delete-data", is_flag=True, help="Delete images, models, verdicts, keys and the lake too, for ever.")
@click.option("--yes", is_flag=True, help="Do not ask. With --delete-data, say --confirm instead.")
@click.option("--confirm", metavar="STAGE", help="The stage's name once more, instead of typing it when asked.")
def destroy(stage: str, keep_data: bool, delete_data: bool, yes: bool, confirm: str | None) -> None:
    """Remove a stage from AWS.

    Its functions, queues and alarms go. Tables and the bucket stay unless --delete-data is given; a later deployment
    of the stage takes them over. So does the key in KMS that signs: with --delete-data, KMS deletes it 30 days later.
    It can be run again after it was interrupted.
    """
    if keep_data and delete_data:
        raise click.UsageError("choose one: --keep-data or --delete-data")
    target = chosen(stage, None)
    remains = destruction.remains_of(Deployment(packaged(target), stage, {}, echo), target)
    described = remains.described()
    if not (remains.stacks or described):
        raise click.ClickException(f"there is nothing of stage {stage} in account {target.account}, {target.region}")
    if remains.has_images() and not (keep_data or delete_data):
        raise click.UsageError(
            f"the stage holds images: say --keep-data to keep what follows, or --delete-data\n{_lines(described)}"
        )
    click.echo(_lines([*(f"stack {name}" for name in remains.stacks), *described]), err=True)
    if delete_data:
        _type_the_name(stage, confirm)
    else:
        _ask(stage, yes)
    destruction.destroy(remains, target, echo, data_too=delete_data)
    if delete_data:
        click.echo(f"nothing of {stage} is left", err=True)
        return
    click.echo(
        f"{_lines(remains.described())}\nThis stays. `linewatch deploy --stage {stage}` takes it over;", err=True
    )
    click.echo(f"`linewatch destroy --stage {stage} --delete-data` deletes it", err=True)


def _type_the_name(stage: str, confirm: str | None) -> None:
    if confirm is None:
        _somebody(f"say --confirm {stage}")
        confirm = click.prompt("All of this is deleted for ever. Type the stage's name", err=True)
    if confirm != stage:
        raise click.UsageError(f"{confirm!r} is not {stage!r}: nothing is deleted")


def _ask(stage: str, yes: bool) -> None:
    if not yes:
        _somebody("say --yes")
        click.confirm(f"Remove {stage}, and keep its tables and buckets?", abort=True, err=True)


def _somebody(instead: str) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError(f"nobody can be asked here: {instead}")


def _lines(described: Sequence[str]) -> str:
    return "\n".join(described)
