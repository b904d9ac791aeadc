"""`linewatch sign-off`: a report or a training as one signed file."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from chalicelib.core.clock import utc_now
from linewatch.commands.options import target_options
from linewatch.commands.output_files import check_output, write_output
from linewatch.stack.target import Target

SUFFIX = (".json",)
PEM = (".pem",)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def sign_off() -> None:
    """Sign a report or a training, as a file to check.

    Anybody can check it with `linewatch verify`.
    """


def signing_options[**P](command: Callable[P, None]) -> Callable[..., None]:
    """Give a command `--out`, `--by` and `--key`, and the target."""

    @click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
    @click.option("--by", required=True, help="Who signs: a person's name, as it should stand in the file.")
    @click.option(
        "--key",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A private key (PEM, Ed25519) to sign with, instead of the stage's key in KMS.",
    )
    @target_options
    @wraps(command)
    def with_options(*arguments: Any, **options: Any) -> None:
        command(*arguments, **options)

    return with_options


@sign_off.command()
@click.argument("project")
@click.option("--day", type=_DAY, required=True, help="The day, or the first one, as 2026-11-05.")
@click.option("--until", type=_DAY, help="The last day; without it, only one.")
@click.option("--zone", default="UTC", show_default=True, help="The plant's time zone, as Europe/Berlin.")
@signing_options
def report(
    project: str, day: datetime, until: datetime | None, zone: str, out: Path, by: str, key: Path | None, target: Target
) -> None:
    """Sign what the cameras of PROJECT saw.

    On a day, or on up to 31 days.
    """
    from chalicelib.daily.domain import PlantDay
    from linewatch.operate.plant_time import known_zone
    from linewatch.operate.sign_off.stage import StageFiles

    check_output(out, SUFFIX)
    first, last = day.date(), (until or day).date()
    files = StageFiles(target)
    body = files.report(PlantDay(first, known_zone(zone).name), (last - first).days + 1, project)
    _sign(body, files, out, by, key)


@sign_off.command()
@click.argument("project")
@click.argument("version")
@signing_options
def training(project: str, version: str, out: Path, by: str, key: Path | None, target: Target) -> None:
    """Sign the training of a VERSION of PROJECT.

    Its model, its images, and how good its verdicts are.
    """
    from linewatch.operate.sign_off.stage import StageFiles

    check_output(out, SUFFIX)
    files = StageFiles(target)
    _sign(files.training(project, version), files, out, by, key)


@sign_off.command()
@click.option("--rotate", is_flag=True, help="Replace the stage's key. What it signed can still be checked.")
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Make a private key in this file instead of in KMS, and publish its public key in the stage.",
)
@target_options
def key(rotate: bool, file: Path | None, target: Target) -> None:
    """Make the key with which a stage signs.

    Publishes its public key.

    In KMS it costs 1 USD a month and never leaves KMS. Give the fingerprint to those who check.
    """
    from linewatch.operate.sign_off.signers import new_key_file, signer_of
    from linewatch.operate.sign_off.stage import StageFiles

    keys = StageFiles(target).keys
    if file is None:
        click.echo(keys.create(utc_now(), replace=rotate))
        return
    check_output(file, PEM)
    if not file.exists():
        write_output(file, new_key_file(), private=True)
    click.echo(keys.publish(signer_of(file), utc_now(), note="in a file"))


def _sign(body: dict[str, Any], files: Any, out: Path, by: str, key_file: Path | None) -> None:
    from linewatch.operate.sign_off.document import signed
    from linewatch.operate.sign_off.model_identity import software
    from linewatch.operate.sign_off.signers import fingerprint_of, signer_of

    signer = files.keys.signer() if key_file is None else signer_of(key_file)
    content = signed(
        {**body, "stage": files.stage, "software": software()},
        by=by,
        identity=files.identity,
        at=utc_now(),
        signer=signer,
    )
    write_output(out, content)
    click.echo(f"{out}: signed by {by} with the key {fingerprint_of(signer.public_key)}")
