"""`linewatch demo`: send images through a local stack, from drawing them to their rows in the lake."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
from click.exceptions import Exit
from rich.console import Console

from chalicelib.access.domain import Role
from chalicelib.projects.domain import DatasetType
from linewatch.camera.api import AccessDenied, Api, Refused
from linewatch.camera.client import Job, run
from linewatch.camera.journal import Journal
from linewatch.camera.progress import ProgressDisplay
from linewatch.camera.retry import RetryPolicy
from linewatch.camera.sender import SendOptions
from linewatch.camera.status import ImageStatus
from linewatch.camera.uploads import CameraLocation
from linewatch.commands.bars import bar
from linewatch.commands.options import json_option, local_option
from linewatch.commands.progress import echo
from linewatch.commands.versions import hosted, report_of, trained
from linewatch.demo.account import Account, dead_letters
from linewatch.demo.alerts import alerts_shown
from linewatch.demo.images import linked, to_learn, unseen_in
from linewatch.demo.sheet import contact_sheet
from linewatch.demo.summary import figures, show
from linewatch.operate.datasets.example import Found
from linewatch.operate.datasets.store import store
from linewatch.operate.lake import await_rows, rows_in_lake
from linewatch.operate.operator import operator_grant
from linewatch.samples.files import UNSEEN, samples
from linewatch.stack.emulator import Emulator
from linewatch.stack.local import STACKS, LocalStack, folder_of, running

PROJECT = "demo"
LOCATION = CameraLocation(line="line-1", camera="cam-1", facility="workshop")
CAMERA_FOLDER = "camera"
REPORT = "report.html"
GIVE_UP_SECONDS = 120


@click.command()
@click.option(
    "--images",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Your own images: a folder with train/ and test/, each with normal/ and anomaly/. Default: drawn images.",
)
@click.option(
    "--count",
    type=click.IntRange(min=1),
    help="Test images to send. The default is 60 drawn images, or all of your own.",
)
@click.option("--rate", default=5.0, show_default=True, type=click.FloatRange(min=0.1), help="Images per second.")
@local_option("demo")
@json_option
def demo(images: Path | None, count: int | None, rate: float, name: str, as_json: bool) -> None:
    """Show all of Linewatch on this computer.

    Starts a local AWS, creates a project with the training images, has a model trained, starts it, sends test images,
    and checks that each has a verdict and a row in the lake.
    """
    if Emulator(folder_of(name)).running():
        raise click.ClickException(
            f"a local stack {name!r} is running: stop it with `linewatch down --local {name}`, "
            "or choose another name with --local"
        )
    echo("preparing images")
    folder = images or samples(STACKS / "samples", count or UNSEEN)
    unseen = unseen_in(folder, count)
    learned = to_learn(folder)
    with running(name, echo=echo, fresh=True) as stack:
        _model_made(stack, learned, folder_of(name) / REPORT)
        statuses = _sent(stack, linked(unseen, folder_of(name) / CAMERA_FOLDER), rate)
        account = _account(stack, statuses)
    sheet = folder_of(name) / "images.png"
    contact_sheet(account.statuses, folder_of(name) / CAMERA_FOLDER).save(sheet)
    if as_json:
        click.echo(json.dumps(figures(account)))
    else:
        show(account, Console())
    click.echo(f"the training's report           {folder_of(name) / REPORT}", err=True)
    click.echo(f"all images with their verdicts  {sheet}\nlogs and statuses               {folder_of(name)}", err=True)
    if account.problems:
        raise Exit(1)


def _model_made(stack: LocalStack, learned: Found, report: Path) -> None:
    """From a new project to a live version, and the report about it, with the same steps as in a plant."""
    projects, grant = stack.linewatch().projects, operator_grant(PROJECT)
    projects.create_project(PROJECT, grant)
    images = store(learned, PROJECT, grant, projects, bar("uploading")).datasets
    echo(f"training on {sum(each.counts.total for each in images if each.type is DatasetType.TRAIN)} images")
    version = trained(PROJECT, stack)
    report.write_bytes(report_of(version, stack))
    hosted(projects, version)


def _sent(stack: LocalStack, folder: Path, rate: float) -> list[ImageStatus]:
    """Send the images as a camera does."""
    issue_key = stack.linewatch().access.issue_key
    _, key = issue_key(Role.CAMERA, PROJECT, lines=[LOCATION.line], cameras=[LOCATION.camera], note="demo")
    options = SendOptions(rate=rate, clock=lambda: datetime.now(UTC))
    job = Job(folder=folder, location=LOCATION, options=options, wait_seconds=GIVE_UP_SECONDS)
    journal = folder.parent / "camera.jsonl"
    console = Console(stderr=True)
    with (
        alerts_shown(stack, lambda alert: console.print(f"[yellow]alert[/] {alert.subject}", highlight=False)),
        Api(stack.api_url, key, RetryPolicy()) as api,
        closing(Journal(journal)) as opened,
        ProgressDisplay(console) as bar,
    ):
        try:
            return run(job, api, opened, bar)
        except (AccessDenied, Refused) as error:
            raise click.ClickException(f"{error}. The functions' log is in {folder.parent}") from error


def _account(stack: LocalStack, statuses: list[ImageStatus]) -> Account:
    echo("waiting for the lake")
    inspections = len({status.inspection_id for status in statuses if status.verdict})
    rows = await_rows(stack, PROJECT, inspections, GIVE_UP_SECONDS)
    echo("compacting the lake")
    stack.linewatch().lake.compact()
    return Account(statuses, rows, rows_in_lake(stack, PROJECT), dead_letters(stack))
