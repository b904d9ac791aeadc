"""`linewatch dead-letters`: what nobody could handle, why, and sending it again."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import click
from click.exceptions import Exit

from chalicelib import wiring
from chalicelib.messages import cause_of
from chalicelib.ports import Letter
from chalicelib.stages.redriving import FAILED_IMAGES, Outcome, letters, redrive
from linewatch.commands.options import json_option
from linewatch.target import Target, target_options


@click.group("dead-letters")
def dead_letters() -> None:
    """List failed messages and send them again.

    These are the images that could not be inspected, and the messages of every dead-letter queue. While a queue is
    looked at, its messages are hidden from others; afterwards they lie there as before.
    """


@dead_letters.command("list")
@json_option
@target_options
def list_letters(as_json: bool, target: Target) -> None:
    """List all dead letters, oldest first.

    For each: its id, its queue, since when (UTC), why, and what. With --json, also the original message.
    """
    target.activate()
    found = sorted(letters(wiring.dead_letters()), key=lambda letter: letter.since)
    if as_json:
        click.echo(json.dumps([_told(letter) for letter in found]))
    else:
        for letter in found:
            click.echo(_line(letter))
        click.echo(f"{len(found)} dead letters", err=True)


@dead_letters.command()
@click.argument("letter_id")
@target_options
def show(letter_id: str, target: Target) -> None:
    """Show one dead letter with its message, as JSON."""
    target.activate()
    found = [letter for letter in letters(wiring.dead_letters()) if letter.letter_id == letter_id]
    if not found:
        raise click.ClickException(
            f"there is no dead letter {letter_id}: `dead-letters list` shows those that there are"
        )
    click.echo(json.dumps(_told(found[0]) | {"message": _read(found[0].body)}, indent=2))


@dead_letters.command("redrive")
@click.argument("letter_ids", nargs=-1)
@click.option("--cause", help="Send again every dead letter whose cause has this text in it.")
@click.option("--all", "everything", is_flag=True, help="Send all dead letters again.")
@json_option
@target_options
def redrive_letters(
    letter_ids: Sequence[str], cause: str | None, everything: bool, as_json: bool, target: Target
) -> None:
    """Send dead letters again, once the cause is mended.

    Exits with 1 when one could not be sent. A message goes to the queue that it came from. A failed image stays listed
    until its new verdict takes its place.
    """
    chosen = _choice(letter_ids, cause, everything)
    target.activate()
    outcomes = list(redrive(wiring.dead_letters(), chosen))
    if as_json:
        click.echo(json.dumps([_outcome(outcome) for outcome in outcomes]))
    for outcome in () if as_json else outcomes:
        fate = "sent again" if outcome.error is None else f"not sent: {cause_of(outcome.error)}"
        click.echo(f"{outcome.letter.letter_id}  {outcome.letter.place}  {fate}")
    unknown = sorted(set(letter_ids) - {outcome.letter.letter_id for outcome in outcomes})
    for letter_id in unknown:
        click.echo(f"{letter_id}  is no dead letter", err=True)
    failed = sum(outcome.error is not None for outcome in outcomes)
    click.echo(f"{len(outcomes) - failed} sent again, {failed} not sent", err=True)
    if failed or unknown:
        raise Exit(1)


def _choice(letter_ids: Sequence[str], cause: str | None, everything: bool) -> Callable[[Letter], bool]:
    if sum((bool(letter_ids), cause is not None, everything)) != 1:
        raise click.UsageError("say which dead letters, in one way: their ids, --cause TEXT or --all")
    if everything:
        return lambda _letter: True
    if cause is not None:
        return lambda letter: cause in letter.cause
    return lambda letter: letter.letter_id in letter_ids


def _outcome(outcome: Outcome) -> dict[str, Any]:
    error = None if outcome.error is None else cause_of(outcome.error)
    return {"id": outcome.letter.letter_id, "place": outcome.letter.place, "error": error}


def _told(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.letter_id,
        "place": letter.place,
        "since": letter.since.isoformat(),
        "cause": letter.cause,
        "attributes": dict(letter.attributes),
        "message": letter.body,
    }


def _read(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body


def _line(letter: Letter) -> str:
    what = letter.attributes["key"] if letter.place == FAILED_IMAGES else letter.body[:100]
    return f"{letter.letter_id}  {letter.place}  {letter.since:%Y-%m-%d %H:%M:%S}\n    {letter.cause}\n    {what}"
