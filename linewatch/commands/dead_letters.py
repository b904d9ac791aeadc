"""`linewatch dead-letters`: list messages that could not be handled, and send them again."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import click
from click.exceptions import Exit

from chalicelib.core.describe import describe_error
from chalicelib.recovery.ports import DeadLetter
from chalicelib.recovery.redrive import FAILED_IMAGES, Outcome, dead_letters_in, redrive, set_aside
from linewatch.commands.options import json_option, target_options
from linewatch.stack.target import Target


@click.group("dead-letters")
def dead_letters() -> None:
    """List failed messages and send them again.

    These are the images that could not be inspected, and the messages of every dead-letter queue. While a queue is
    read, its messages are hidden from other readers. They stay in the queue.
    """


@dead_letters.command("list")
@json_option
@target_options
def list_dead_letters(as_json: bool, target: Target) -> None:
    """List all dead letters, oldest first.

    Prints the id, the queue, the time (UTC), the error and the image or message of each. --json adds the whole message.
    """
    routes = target.linewatch().recovery.redrive_routes()
    found = sorted(dead_letters_in(routes), key=lambda dead_letter: dead_letter.since)
    if as_json:
        click.echo(json.dumps([_to_dict(dead_letter) for dead_letter in found]))
    else:
        for dead_letter in found:
            click.echo(_line(dead_letter))
        click.echo(f"{len(found)} dead letters", err=True)


@dead_letters.command()
@click.argument("dead_letter_id")
@target_options
def show(dead_letter_id: str, target: Target) -> None:
    """Show one dead letter with its message, as JSON."""
    linewatch = target.linewatch()
    routes = linewatch.recovery.redrive_routes([dead_letter_id])
    found = [dead_letter for dead_letter in dead_letters_in(routes) if dead_letter.message_id == dead_letter_id]
    if not found:
        raise click.ClickException(
            f"there is no dead letter {dead_letter_id}: `linewatch dead-letters list` shows the existing ones"
        )
    body = linewatch.platform.large_bodies.whole(found[0].body)
    click.echo(json.dumps(_to_dict(found[0]) | {"message": _read(body)}, indent=2))


@dead_letters.command("redrive")
@click.argument("dead_letter_ids", nargs=-1)
@click.option("--error", help="Send every dead letter whose error contains this text.")
@click.option("--all", "everything", is_flag=True, help="Send all dead letters again.")
@json_option
@target_options
def redrive_dead_letters(
    dead_letter_ids: Sequence[str], error: str | None, everything: bool, as_json: bool, target: Target
) -> None:
    """Send dead letters again, after the error is fixed.

    Exits with 1 when one could not be sent. A message goes back to the queue that it came from. A failed image stays
    in the list until it has a new verdict.
    """
    chosen = _choice(dead_letter_ids, error, everything)
    outcomes = list(redrive(target.linewatch().recovery.redrive_routes(dead_letter_ids), chosen))
    _report(outcomes, dead_letter_ids, "sent again", as_json=as_json)


@dead_letters.command("set-aside")
@click.argument("dead_letter_ids", nargs=-1)
@click.option("--error", help="Set aside every dead letter whose error contains this text.")
@json_option
@target_options
def set_aside_dead_letters(dead_letter_ids: Sequence[str], error: str | None, as_json: bool, target: Target) -> None:
    """Take dead letters that nothing can process out of the way.

    Each is kept in the bucket under set-aside/. An inspection that cannot be read (`audit` names them) is set aside by
    its id; afterwards `audit --repair` has its image inspected again. Exits with 1 when one could not be set aside.
    """
    chosen = _choice(dead_letter_ids, error, everything=False)
    recovery = target.linewatch().recovery
    outcomes = list(set_aside(recovery.redrive_routes(dead_letter_ids), chosen, archive=recovery.archive))
    _report(outcomes, dead_letter_ids, "set aside", as_json=as_json)


def _report(outcomes: Sequence[Outcome], asked: Sequence[str], done: str, *, as_json: bool) -> None:
    """Print what became of each dead letter; exits with 1 when one failed or is unknown."""
    if as_json:
        click.echo(json.dumps([_outcome(outcome) for outcome in outcomes]))
    for outcome in () if as_json else outcomes:
        error = outcome.error
        result = done if error is None else f"not {done.removesuffix(' again')}: {describe_error(error)}"
        click.echo(f"{outcome.dead_letter.message_id}  {outcome.dead_letter.queue}  {result}")
    unknown = sorted(set(asked) - {outcome.dead_letter.message_id for outcome in outcomes})
    for dead_letter_id in unknown:
        click.echo(f"{dead_letter_id}  is not a dead letter", err=True)
    failed = sum(outcome.error is not None for outcome in outcomes)
    click.echo(f"{len(outcomes) - failed} {done}, {failed} not {done.removesuffix(' again')}", err=True)
    if failed or unknown:
        raise Exit(1)


def _choice(dead_letter_ids: Sequence[str], error: str | None, everything: bool) -> Callable[[DeadLetter], bool]:
    if sum((bool(dead_letter_ids), error is not None, everything)) != 1:
        raise click.UsageError("choose dead letters in one way: by their ids, by --error TEXT, or with --all")
    if everything:
        return lambda _dead_letter: True
    if error is not None:
        return lambda dead_letter: error in dead_letter.error
    return lambda dead_letter: dead_letter.message_id in dead_letter_ids


def _outcome(outcome: Outcome) -> dict[str, Any]:
    error = None if outcome.error is None else describe_error(outcome.error)
    return {"id": outcome.dead_letter.message_id, "queue": outcome.dead_letter.queue, "error": error}


def _to_dict(dead_letter: DeadLetter) -> dict[str, Any]:
    return {
        "id": dead_letter.message_id,
        "queue": dead_letter.queue,
        "since": dead_letter.since.isoformat(),
        "error": dead_letter.error,
        "attributes": dict(dead_letter.attributes),
        "message": dead_letter.body,
    }


def _read(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body


def _line(dead_letter: DeadLetter) -> str:
    what = dead_letter.attributes["key"] if dead_letter.queue == FAILED_IMAGES else dead_letter.body[:100]
    head = f"{dead_letter.message_id}  {dead_letter.queue}  {dead_letter.since:%Y-%m-%d %H:%M:%S}"
    return f"{head}\n    {dead_letter.error}\n    {what}"
