"""Options that mean the same in every command."""

from collections.abc import Callable
from typing import Any

import click

type Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
"""Gives a command `as_json`."""


def local_option(default: str, note: str = "it starts empty") -> Decorator:
    """Give a command `name`: the local stack that it starts or stops."""
    return click.option("--local", "name", default=default, show_default=True, help=f"The local stack's name; {note}.")
