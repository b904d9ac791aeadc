"""Options that several commands share."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.errors import UnreadableRecord
from linewatch.commands.warnings import warn
from linewatch.stack.choose import chosen
from linewatch.stack.local import LocalStack
from linewatch.stack.target import Target

type Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
"""Gives a command the parameter `as_json`."""


DEFAULT = "local"
"""The local stack that `linewatch up` starts by itself."""


def local_option(default: str, note: str = "it starts empty") -> Decorator:
    """Give a command the parameter `name`: the local stack that it starts or stops."""
    return click.option("--local", "name", default=default, show_default=True, help=f"The local stack's name; {note}.")


def target_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--stage` and `--local`, and the parameter `target`: the deployment that they name.

    An error of AWS names the deployment, because its usual reason is a wrong stage, account or region.
    """

    @click.option("--stage", help="A stage on AWS. Uses the AWS credentials of this shell.")
    @click.option("--local", help="The name of a local stack. Not needed when only one is running.")
    @wraps(command)
    def with_target(*arguments: Any, stage: str | None, local: str | None, **options: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        target = chosen(stage, local)
        try:
            return command(*arguments, target=target, **options)
        except (BotoCoreError, ClientError) as error:
            deployment = f"stage {target.stage} of account {target.account} in {target.region}"
            raise click.ClickException(f"{deployment}: {error}") from error

    return with_target


def command_line(words: str, target: Target) -> str:
    """A command as people type it, with the option that names the deployment."""
    if not isinstance(target, LocalStack):
        return f"linewatch {words} --stage {target.stage}"
    return f"linewatch {words}" if target.name == DEFAULT else f"linewatch {words} --local {target.name}"


def warn_of_missing(projects: Iterable[str], target: Target) -> None:
    """Warn of projects that do not exist.

    A key may be made before its project, and what is stored of a deleted project may be asked for: neither is an error.
    """
    warn(doubt for name in projects if (doubt := _doubt(name, target)))


def _doubt(project: str, target: Target) -> str | None:
    """Why a project may not exist. One that cannot be read is there; what was done before stays done in any case."""
    try:
        if target.linewatch().projects.registry.find(project).project:
            return None
    except UnreadableRecord:
        return None
    except (BotoCoreError, ClientError) as error:
        return f"whether there is a project {project} cannot be seen: {error}"
    return f"there is no project {project}: `{command_line('project list', target)}` lists those that there are"
