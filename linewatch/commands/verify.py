"""`linewatch verify`: check a signed file, and compute it anew where its data is at hand."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from linewatch.commands.options import json_option
from linewatch.stack.choose import chosen

if TYPE_CHECKING:
    from linewatch.operate.sign_off.checks import Check
    from linewatch.operate.sign_off.document import SignedFile
    from linewatch.operate.sign_off.stage import StageFiles

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--fingerprint", help="The key that must have signed, as the plant has published it.")
@click.option("--stage", help="A stage on AWS that has the data. Uses the AWS credentials of this shell.")
@click.option("--local", help="The name of a local stack that has the data.")
@click.option("--model", type=_FILE, help="A copy of the model file of a training.")
@click.option(
    "--images",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with copies of a training's images, under any names.",
)
@json_option
def verify(
    file: Path,
    fingerprint: str | None,
    stage: str | None,
    local: str | None,
    model: Path | None,
    images: Path | None,
    as_json: bool,
) -> None:
    """Check a signed file and compute it anew.

    Signature, hashes, and shares are always checked. With a stage, or copies of a training's model and images, the
    figures are computed anew. Each line says what was compared, or why it was not. Exit code 1 if anything is wrong.
    """
    from linewatch.operate.sign_off.checks import Found, inside, whose_key
    from linewatch.operate.sign_off.document import opened
    from linewatch.operate.sign_off.stage import StageFiles

    signed = opened(file.read_bytes())
    source = StageFiles(chosen(stage, local)) if stage or local else None
    published = None if source is None else source.keys.published()
    checks = [*inside(signed), whose_key(signed, expected=fingerprint, published=published)]
    checks += _replayed(signed, source, model, images)
    _print(signed, checks, as_json)
    if any(each.found is Found.WRONG for each in checks):
        raise click.exceptions.Exit(1)


def _replayed(
    file: "SignedFile", source: "StageFiles | None", model: Path | None, images: Path | None
) -> "Iterator[Check]":
    from linewatch.operate.sign_off import replay_report, replay_training
    from linewatch.operate.sign_off.checks import not_checked
    from linewatch.operate.sign_off.copies import Copies
    from linewatch.operate.sign_off.training_body import KIND

    if file.body["kind"] == KIND:
        with_stage = source is not None and model is None and images is None
        body = file.body
        at_hand = source.at_hand(body["project"], body["version"]) if with_stage and source else None
        yield from replay_training.replayed(body, at_hand or Copies(model, images).at_hand())
    elif source is None:
        yield not_checked("rows, tables and models", "the lake is not at hand: give the stage with --stage or --local")
    else:
        yield from replay_report.replayed(file.body, source.sources)


def _print(file: "SignedFile", checks: "list[Check]", as_json: bool) -> None:
    said = file.statement
    if as_json:
        click.echo(json.dumps({"statement": said, "checks": [asdict(each) for each in checks]}, ensure_ascii=False))
        return
    identity = f" ({said['signed_by_identity']})" if said["signed_by_identity"] else ""
    click.echo(f"{_title(file)}, signed by {said['signed_by']}{identity} at {said['signed_at']}")
    for each in checks:
        click.echo(f"{each.found:<12} {each.what}: {each.why}")


def _title(file: "SignedFile") -> str:
    body = file.body
    if "version" in body:
        return f"Training of version {body['version']} of {body['project']}"
    days = [each["day"] for each in body["days"]]
    return f"Report of {body['project']}, {days[0]}" + (f" to {days[-1]}" if len(days) > 1 else "")
