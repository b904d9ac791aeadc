"""Turn every error into a message and an exit code.

Exit codes: 0 success; 1 the command failed, or found something wrong; 2 the command was used wrongly.
"""

import re
import sys
import traceback
from io import TextIOWrapper
from typing import Any

import click

from linewatch.errors import UsageProblem

_WITH_MESSAGES = {"boto3", "botocore", "chalicelib", "linewatch"}
"""Packages whose errors have messages for people. Any other error is a bug, and its traceback is shown."""

COMMANDS = {
    "CreateProject": "project create",
    "DeleteProject": "project delete",
    "CreateDataset": "dataset import",
    "DeleteDataset": "dataset delete",
    "CreateModel": "model train",
    "ListModels": "model list",
    "StartModel": "model start",
    "StopModel": "model stop",
    "DeleteModel": "model delete",
}
"""Use cases name the operations of the API; here are the commands that do the same."""
_OPERATION = re.compile(rf"\b({'|'.join(COMMANDS)})\b")
_EXTRAS = {"locust": "measure", "simpy": "measure"}


class Reporting(click.Group):
    """A group that ends an error with a message and an exit code. `--debug` also shows the traceback.

    What the encoding of the terminal lacks, such as Chinese names in Latin-1, is printed as escape sequences.
    """

    def invoke(self, ctx: click.Context) -> Any:
        if isinstance(sys.stdout, TextIOWrapper):  # stderr does so by itself
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except (click.UsageError, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if ctx.params["debug"]:
                traceback.print_exc(file=sys.stderr)
            message = message_of(error)
            if isinstance(error, click.ClickException) or message is None:
                raise
            kind = click.UsageError if isinstance(error, UsageProblem) else click.ClickException
            raise kind(message) from error


def message_of(error: Exception) -> str | None:
    """The message for a person; None when the error is a bug."""
    match error:
        case ModuleNotFoundError(name=str(name)) if name in _EXTRAS:
            return f"this needs {name}: pip install 'linewatch[{_EXTRAS[name]}]'"
        case OSError(filename=name, strerror=str(reason)) if name is not None:
            return f"{name}: {reason}"
    packages = {kind.__module__.partition(".")[0] for kind in type(error).__mro__}
    if not packages & _WITH_MESSAGES:
        return None
    return _OPERATION.sub(lambda found: f"`linewatch {COMMANDS[found[1]]}`", str(error)) or type(error).__name__
