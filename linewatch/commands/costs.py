"""The options that say what mistakes cost."""

from collections.abc import Callable
from typing import Any

import click

from chalicelib.vision.costs import Costs
from linewatch.commands.share import SHARE

_COST = click.FloatRange(0)


def cost_options[Command: Callable[..., Any]](command: Command) -> Command:
    """Add the three options, which go together; `costs_of` reads them."""
    for option in (
        click.option("--defect-share", type=SHARE, help="The share of parts that are defective."),
        click.option("--reject-cost", type=_COST, help="The cost of a rejected normal, in the same currency."),
        click.option("--escape-cost", type=_COST, help="The cost of a missed anomaly."),
    ):
        command = option(command)
    return command


def costs_of(escape_cost: float | None, reject_cost: float | None, defect_share: float | None) -> Costs | None:
    """The costs of the three options, or None without any. Raises `click.UsageError` for some of them."""
    if escape_cost is None and reject_cost is None and defect_share is None:
        return None
    if escape_cost is None or reject_cost is None or defect_share is None:
        raise click.UsageError("give --escape-cost, --reject-cost and --defect-share together")
    return Costs(escape_cost, reject_cost, defect_share)
