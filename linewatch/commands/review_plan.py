"""`linewatch review plan|escapes|agreement`: what people look at, what it says of escapes, and how they agree."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from chalicelib.access.domain import Grant
from chalicelib.core.errors import InvalidRequest
from linewatch.commands.options import json_option, target_options
from linewatch.commands.printing import Row, show
from linewatch.operate.operator import operator_grant, operator_id
from linewatch.stack.target import Target

if TYPE_CHECKING:
    from chalicelib.reviews.plan import Times

_DAY = click.DateTime(["%Y-%m-%d"])
_OPTIONS = {"from": "--since", "to": "--until"}


def me(project: str) -> Grant:
    """The person at this computer, for a project."""
    return replace(operator_grant(project), key_id=operator_id())


def times_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--since` and `--until`, and the parameter `times`: the days that they name."""

    @click.option("--since", type=_DAY, help="First day (UTC).")
    @click.option("--until", type=_DAY, help="Last day (UTC); today without it.")
    @wraps(command)
    def with_times(*arguments: Any, since: datetime | None, until: datetime | None, **options: Any) -> Any:
        from chalicelib.reviews.plan import Times

        end = None if until is None else until + timedelta(days=1) - timedelta(microseconds=1)
        given = {"from": since, "to": end}
        times = {name: each.replace(tzinfo=UTC).isoformat() for name, each in given.items() if each is not None}
        try:
            return command(*arguments, times=Times.model_validate(times), **options)
        except InvalidRequest as error:
            messages = (f"{_OPTIONS.get(field, field)} {message}" for field, message in error.errors)
            raise click.UsageError("; ".join(messages)) from error

    return with_times


def minute(instant: str) -> str:
    """An instant without its seconds and zone."""
    return instant[:16].replace("T", " ")


def require_project(target: Target, project: str) -> None:
    """`NoSuchResource` if there is no such project: then nothing to show is no good news."""
    target.linewatch().projects.describe_project(project, operator_grant(project))


@click.command()
@click.argument("project")
@click.option("--parts", type=click.IntRange(1, 50), help="Set how many random passed parts each shift asks for.")
@click.option("--on/--off", default=None, help="Ask for random parts, or do not.")
@click.option("--two-people/--one-person", default=None, help="Set how many people must say the same.")
@times_options
@json_option
@target_options
def plan(
    project: str,
    parts: int | None,
    on: bool | None,
    two_people: bool | None,
    times: "Times",
    target: Target,
    as_json: bool,
) -> None:
    """Show or set what people look at in each shift.

    Shows as well how far they are.

    Without --since the shifts of the last seven days; without a calendar, days.
    """
    from chalicelib.reviews.plan import NewPlan
    from chalicelib.reviews.plan_answers import plan_as_json

    require_project(target, project)
    reviews, grant = target.linewatch().reviews, me(project)
    given = {"on": on, "parts": parts, "two_people": two_people}
    if any(each is not None for each in given.values()):
        reviews.set_plan(project, NewPlan.model_validate(given), grant)
    found = plan_as_json(*reviews.show_plan(project, times, grant))
    if as_json:
        show([dict(found)], as_json=True)
        return
    asks = (
        f"each shift asks for {found['parts']} random passed parts" if found["on"] else "no part is asked for at random"
    )
    click.echo(f"{asks}; {'two people must say the same' if found['two_people'] else 'one answer counts'}")
    for each in found["shifts"]:
        click.echo("  ".join(_words(dict(each))))


def _words(shift: Row) -> Iterator[str]:
    yield from (f"{minute(shift['start'])} to {minute(shift['end'])}", shift["title"])
    yield f"{shift['looked_at']} of {shift['asked']} looked at, {shift['escapes']} escapes"


@click.command()
@click.argument("project")
@times_options
@json_option
@target_options
def escapes(project: str, times: "Times", target: Target, as_json: bool) -> None:
    """Show what the random sample says of the escapes.

    In all, of the version in use since it took the place of another one, and by version.

    Without --since for the parts of the last 90 days.
    """
    from chalicelib.reviews.plan_answers import escapes_as_json

    require_project(target, project)
    found = escapes_as_json(target.linewatch().reviews.show_escapes(project, times, me(project)))
    if as_json:
        show([dict(found)], as_json=True)
        return
    click.echo(found["says"])
    if (now := found["in_use"]) is not None:
        click.echo(f"version {now['model_version']}, in use since {minute(now['since'])} UTC: {now['says']}")
    for each in found["versions"]:
        click.echo(f"version {each['model_version']}: {each['says']}")


@click.command()
@click.argument("project")
@times_options
@json_option
@target_options
def agreement(project: str, times: "Times", target: Target, as_json: bool) -> None:
    """Show how well reviewers agree.

    Cohen's kappa, of answers that were given before the other one could be seen.

    Without --since by the reviews of the last 90 days.
    """
    from chalicelib.reviews.plan_answers import agreement_as_json

    require_project(target, project)
    found = agreement_as_json(target.linewatch().reviews.show_agreement(project, times, me(project)))["pairs"]
    if as_json:
        show([dict(each) for each in found], as_json=True)
        return
    if not found:
        click.echo("no two people have looked at the same image under the two-person rule")
    for each in found:
        kappa = "not defined: both gave one label only" if each["kappa"] is None else f"{each['kappa']:.2f}"
        click.echo(f"{' and '.join(each['people'])}: {each['same']} of {each['both']} the same, kappa {kappa}")
