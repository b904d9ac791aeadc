"""`linewatch alerts`: show, set and reset when the lines of a project alert."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import click

from chalicelib.alerts.answers import RuleAnswer, RulesAnswer, rules_as_json
from chalicelib.alerts.domain import LONGEST_WINDOW
from chalicelib.alerts.set_rules import NewRules, Reset
from chalicelib.alerts.wiring import AlertsWiring
from linewatch.commands.options import json_option, target_options
from linewatch.commands.printing import Row, show
from linewatch.commands.review_plan import me, require_project
from linewatch.commands.share import SHARE
from linewatch.commands.valid import valid
from linewatch.operate.stage_alerts import alerts_of
from linewatch.stack.target import Target

OTHERS = "all other lines"
NONE = "none"
_COLUMNS = ("line", "confidence", "window_seconds", "silent", "revision", "set_by")
_MINUTES = click.FloatRange(1 / 60, LONGEST_WINDOW / timedelta(minutes=1))


@click.group()
def alerts() -> None:
    """Show, set and reset when the lines of a project alert.

    A rule holds within a minute. Who gets alerts, and what all projects begin with, are settings of the stage.
    """


@alerts.command("show")
@click.argument("project")
@json_option
@target_options
def show_alerts(project: str, as_json: bool, target: Target) -> None:
    """Show when the lines of a project alert."""
    of_stage = _alerts_of(project, target)
    _print(rules_as_json(of_stage.show_rules(project, me(project)), of_stage.stage_rules.largest), as_json)


@alerts.command("set")
@click.argument("project")
@click.option("--line", help="Only for this line; without it, for all lines without a rule of their own.")
@click.option("--confidence", type=SHARE, help="Below it, a verdict alerts, whatever it is.")
@click.option("--minutes", type=_MINUTES, help="For how long further alerts are held together.")
@click.option(
    "--silent",
    multiple=True,
    type=click.Choice(["unfamiliar", "rejected", "failed", NONE]),
    help="A verdict that alerts nobody, repeatable; or none.",
)
@json_option
@target_options
def set_alerts(
    project: str,
    line: str | None,
    confidence: float | None,
    minutes: float | None,
    silent: tuple[str, ...],
    as_json: bool,
    target: Target,
) -> None:
    """Set when a line, or all other lines, alert.

    What is left out stays as it is.
    """
    given = {
        "confidence": confidence,
        "window_seconds": None if minutes is None else round(60 * minutes),
        "silent": [each for each in silent if each != NONE] if silent else None,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if not changes:
        raise click.UsageError("give --confidence, --minutes or --silent")
    _change(project, line, changes, as_json, target)


@alerts.command()
@click.argument("project")
@click.argument("line")
@json_option
@target_options
def remove(project: str, line: str, as_json: bool, target: Target) -> None:
    """Remove the rule of a line.

    It then alerts as all lines without a rule of their own.
    """
    _change(project, line, None, as_json, target)


@alerts.command()
@click.argument("project")
@json_option
@target_options
def reset(project: str, as_json: bool, target: Target) -> None:
    """Remove all rules of a project.

    Its lines then alert as the settings of the stage say.
    """
    of_stage = _alerts_of(project, target)
    known = of_stage.show_rules(project, me(project))
    changed = of_stage.reset_rules(project, Reset(revision=known.revision), me(project))
    _print(rules_as_json(changed, of_stage.stage_rules.largest), as_json)


def _alerts_of(project: str, target: Target) -> AlertsWiring:
    require_project(target, project)
    return alerts_of(target)


def _change(project: str, line: str | None, changes: Row | None, as_json: bool, target: Target) -> None:
    of_stage = _alerts_of(project, target)
    largest = of_stage.stage_rules.largest
    known = rules_as_json(of_stage.show_rules(project, me(project)), largest)
    rules: dict[str, Any] = {"revision": known["revision"], "others": known["others"], "lines": known["lines"]}
    if changes is None and line not in known["lines"]:
        raise click.UsageError(f"{line} of {project} has no rule of its own")
    if line is None:
        rules["others"] = {**known["others"], **(changes or {})}
    else:
        before: Row = {**known["lines"].get(line, known["others"])}
        own = {} if changes is None else {line: {**before, **changes}}
        rules["lines"] = {**{name: each for name, each in known["lines"].items() if name != line}, **own}
    changed = of_stage.set_rules(project, valid(NewRules, rules), me(project))
    _print(rules_as_json(changed, largest), as_json)


def _print(rules: RulesAnswer, as_json: bool) -> None:
    show([dict(rules)] if as_json else list(_rows(rules)), as_json, *_COLUMNS)


def _rows(rules: RulesAnswer) -> Iterator[Row]:
    named: dict[str, RuleAnswer] = {**rules["lines"], OTHERS: rules["others"]}
    for line, each in named.items():
        about = {"revision": rules["revision"], "set_by": rules["set_by"] or "the stage"}
        yield {"line": line, **each, "silent": " ".join(each["silent"]), **about}
