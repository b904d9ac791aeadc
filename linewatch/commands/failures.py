"""The one place where an error becomes what a person reads, and the exit code.

Exit codes: 0 all is well; 1 the work failed, or found something wrong; 2 the command was used wrongly.
"""

import sys
import traceback
from typing import Any

import click

_EXPLAIN_THEMSELVES = {"boto3", "botocore", "chalicelib", "linewatch"}
"""Packages whose own errors say to a person what is wrong. Any other error is a bug and keeps its traceback."""

_EXTRAS = {"locust": "measure", "onnx": "backbone", "simpy": "measure"}


class Reporting(click.Group):
    """A group that ends with a text and an exit code, without a traceback. `--debug` shows the traceback too."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.UsageError, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if ctx.params["debug"]:
                traceback.print_exc(file=sys.stderr)
            text = explanation(error)
            if isinstance(error, click.ClickException) or text is None:
                raise
            raise click.ClickException(text) from error


def explanation(error: Exception) -> str | None:
    """What a person can do something about, in one text; None when the error is a bug."""
    match error:
        case ModuleNotFoundError(name=str(name)) if name in _EXTRAS:
            return f"this needs {name}: pip install 'linewatch[{_EXTRAS[name]}]'"
        case OSError(filename=name, strerror=str(reason)) if name is not None:
            return f"{name}: {reason}"
    packages = {kind.__module__.partition(".")[0] for kind in type(error).__mro__}
    return str(error) or type(error).__name__ if packages & _EXPLAIN_THEMSELVES else None
