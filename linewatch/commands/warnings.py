"""Warnings on stderr: what a person should know, and what is left out and why."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from chalicelib.models.left_out import left_out_lines


def warn(warnings: Iterable[str]) -> None:
    """One line each; the first word is yellow, unless NO_COLOR is set (https://no-color.org)."""
    first = "warning:" if os.environ.get("NO_COLOR") else click.style("warning:", fg="yellow")
    for warning in warnings:
        click.echo(f"{first} {printable(warning)}", err=True)


def warn_left_out(left_out: Mapping[Path, str]) -> None:
    """The files and folders that are not used, with the reason, and how many they are."""
    warn(left_out_lines(left_out))
    if left_out:
        warn([f"{len(left_out)} files or folders are left out, or in part: see above"])


def printable(text: str) -> str:
    """The text with what a terminal would obey, or cannot show, as escape sequences."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
