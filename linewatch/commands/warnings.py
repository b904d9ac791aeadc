"""Warnings on stderr: what a person should know, and what is left out and why."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import click


def warn(warnings: Iterable[str]) -> None:
    """One line each."""
    for warning in warnings:
        click.echo(f"{click.style('warning:', fg='yellow')} {printable(warning)}", err=True)


def warn_left_out(left_out: Mapping[Path, str]) -> None:
    """Every file and folder that is not used, with the reason, and how many they are."""
    warn(f"left out: {path}: {reason}" for path, reason in left_out.items())
    if left_out:
        warn([f"{len(left_out)} files or folders are left out, or in part: see above"])


def printable(text: str) -> str:
    """The text with what a terminal would obey, or cannot show, as escape sequences."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
