"""`linewatch model tune`: what the thresholds of a project's version cost, and a version with another one."""

import json
from collections.abc import Iterator

import click

from chalicelib.projects.domain import ModelVersion
from chalicelib.thresholds.answers import StepAnswer, ThresholdsAnswer, step_as_json, thresholds_as_json
from chalicelib.thresholds.move import Thresholds
from chalicelib.vision.costs import step_at
from linewatch.commands.costs import cost_options, costs_of
from linewatch.commands.options import command_line, json_option, target_options
from linewatch.commands.printing import Row, show
from linewatch.commands.share import SHARE
from linewatch.commands.versions import VERSION, row_of
from linewatch.operate.operator import operator_grant
from linewatch.stack.target import Target

_COLUMNS = ("", "threshold", "escapes", "false rejects", "cost of 1,000 parts")


@click.command()
@click.argument("project")
@VERSION
@click.option("--to", "probability", type=SHARE, help="The anomaly probability to decide at.")
@click.option("--best", is_flag=True, help="Take the threshold that costs least; needs the three options below.")
@cost_options
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@target_options
def tune(
    project: str,
    version: str,
    probability: float | None,
    best: bool,
    yes: bool,
    as_json: bool,
    target: Target,
    **prices: float | None,
) -> None:
    """Show what a version's thresholds cost, or set one.

    That makes a new version with the same weights, which takes effect when it is started or promoted.
    """
    linewatch, grant = target.linewatch(), operator_grant(project)
    number = str(linewatch.projects.describe_model(project, version, grant).version)
    found = linewatch.thresholds.show_thresholds(project, number, costs_of(**prices), grant)
    answer = thresholds_as_json(found)
    wanted = _wanted(answer, probability, best)
    if wanted is None:
        _show(answer, as_json)
        return
    plan = step_as_json(step_at(found.held, wanted), found)
    click.echo(f"version {number} now: {_sentence(answer['now'])}\na new version: {_sentence(plan)}", err=True)
    if not yes:
        click.confirm("Make this version?", abort=True, err=True)
    _made(found, linewatch.thresholds.move_threshold(project, number, wanted, grant), as_json, target)


def _wanted(answer: ThresholdsAnswer, probability: float | None, best: bool) -> float | None:
    if best and probability is not None:
        raise click.UsageError("give one of --to and --best")
    if not best:
        return probability
    if answer["best"] is None:
        raise click.UsageError(
            "--best needs --escape-cost, --reject-cost and --defect-share, and a version that learned both kinds"
        )
    return answer["best"]["step"]["threshold"]


def _made(found: Thresholds, made: ModelVersion, as_json: bool, target: Target) -> None:
    show([row_of(made)], as_json, "version", "status", "created", "precision", "recall", "f1")
    promote = command_line(f"model promote {made.project} {made.version}", target)
    compare = command_line(f"model compare {made.project} {made.version}", target)
    click.echo(
        f"version {made.version} has the weights of version {found.model.version}; `{compare}` compares it with the"
        f" hosted one, and `{promote}` puts it in its place",
        err=True,
    )


def _show(answer: ThresholdsAnswer, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer))
        return
    show(list(_rows(answer)), False, *_COLUMNS)
    best = answer["best"]
    if best is not None:
        low, high = best["thresholds"]["low"], best["thresholds"]["high"]
        saved = f"{best['saving']:,.2f} ({best['savings']['low']:,.2f} to {best['savings']['high']:,.2f})"
        click.echo(f"the best saves {saved} per 1,000 parts; best in 95 % of resamples: {low:.4f} to {high:.4f}")


def _rows(answer: ThresholdsAnswer) -> Iterator[Row]:
    now, best = answer["now"], answer["best"]
    marks = {now["threshold"]: "now"} | ({} if best is None else {best["step"]["threshold"]: "best"})
    steps = {each["threshold"]: each for each in (now, *answer["steps"])}
    for threshold, step in sorted(steps.items()):
        expected = step["expected"]
        yield {
            "": marks.get(threshold, ""),
            "threshold": f"{threshold:.4f}",
            "escapes": _of(step, "escapes"),
            "false rejects": _of(step, "false_rejects"),
            "cost of 1,000 parts": "" if expected is None else f"{expected['cost']:,.2f}",
        }


def _sentence(step: StepAnswer) -> str:
    expected = step["expected"]
    cost = "" if expected is None else f"; {expected['cost']:,.2f} per 1,000 parts"
    escapes, rejects = _of(step, "escapes"), _of(step, "false_rejects")
    return f"threshold {step['threshold']:.4f}, {escapes} anomalies missed, {rejects} normals rejected{cost}"


def _of(step: StepAnswer, kind: str) -> str:
    mistakes = step["escapes"] if kind == "escapes" else step["false_rejects"]
    return f"{mistakes['count']} of {mistakes['of']}"
