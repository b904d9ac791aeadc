"""`linewatch demo`: images through the whole chain on the local AWS, from drawing them to the rows in the lake."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from chalicelib import outside, wiring
from chalicelib.domain.access import Role
from chalicelib.models.dataset import labelled
from chalicelib.vision.model_file import save
from chalicelib.vision.training.train import TrainOptions
from linewatch.camera.api import Api, NotAllowed, Refused
from linewatch.camera.fates import Fate, Journal
from linewatch.camera.patience import Passing, Patience
from linewatch.camera.sending import Habits
from linewatch.camera.showing import Show
from linewatch.camera.uploads import Place
from linewatch.camera.work import Work, carry_out
from linewatch.commands.progress import tell
from linewatch.commands.train import trained
from linewatch.demo.account import Account, await_rows, dead_letters, rows_in_lake
from linewatch.demo.alerts import alerts_heard
from linewatch.demo.images import UNSEEN, NoImages, samples, staged, unseen_in
from linewatch.demo.sheet import contact_sheet
from linewatch.demo.summary import show
from linewatch.local.emulator import Emulator
from linewatch.local.stack import STACKS, LocalStack, folder_of, running
from linewatch.target import Target

PROJECT = "demo"
PLACE = Place(line="line-1", camera="cam-1", facility="workshop")
CAMERA_FOLDER = "camera"
GIVE_UP_SECONDS = 120


@click.command()
@click.option(
    "--images",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Your own images: a folder with train/ and test/, each with normal/ and anomaly/. Drawn ones without.",
)
@click.option("--count", type=click.IntRange(min=1), help="Unseen images to send; 60 drawn ones, or all of your own.")
@click.option("--rate", default=5.0, show_default=True, type=click.FloatRange(min=0.1), help="Images per second.")
@click.option("--name", default="demo", show_default=True, help="The local stack's name; it begins empty.")
def demo(images: Path | None, count: int | None, rate: float, name: str) -> None:
    """Show all of Linewatch: start the local AWS, train a model, send unseen images, account for every one."""
    if Emulator(folder_of(name)).running():
        raise click.ClickException(
            f"a local stack {name!r} is running: stop it with `down --name {name}` or use another"
        )
    tell("preparing images")
    folder = images or samples(STACKS / "samples", count or UNSEEN)
    try:
        unseen = unseen_in(folder, count)
    except NoImages as error:
        raise click.ClickException(str(error)) from error
    tell(f"training on {folder / 'train'}")
    model = save(trained(labelled(folder / "train"), TrainOptions()).detector)
    with running(name, tell=tell, fresh=True) as stack:
        Target.of(stack).activate()
        tell(f"publishing the model: version {outside.models().publish(PROJECT, model)}")
        fates = _sent(stack, staged(unseen, folder_of(name) / CAMERA_FOLDER), rate)
        account = _account(stack, fates)
    sheet = folder_of(name) / "images.png"
    contact_sheet(account.fates, folder_of(name) / CAMERA_FOLDER).save(sheet)
    show(account, Console())
    click.echo(f"every image with its verdict  {sheet}\nlogs and fates                {folder_of(name)}", err=True)
    if account.unaccounted:
        raise click.exceptions.Exit(1)


def _sent(stack: LocalStack, folder: Path, rate: float) -> list[Fate]:
    """Be the camera."""
    _, key = wiring.issue_key()(Role.CAMERA, PROJECT, lines=[PLACE.line], cameras=[PLACE.camera], note="demo")
    habits = Habits(rate=rate, clock=lambda: datetime.now(UTC))
    work = Work(folder=folder, place=PLACE, habits=habits, wait_seconds=GIVE_UP_SECONDS)
    journal = folder.parent / "camera.jsonl"
    console = Console(stderr=True)
    with (
        alerts_heard(stack, lambda alert: console.print(f"[yellow]alert[/] {alert.subject}", highlight=False)),
        Api(stack.api_url, key, Patience()) as api,
        closing(Journal(journal)) as book,
        Show(console) as bar,
    ):
        try:
            return carry_out(work, api, book, bar)
        except (NotAllowed, Refused, Passing) as error:
            raise click.ClickException(f"{error}. What the functions logged is in {folder.parent}") from error


def _account(stack: LocalStack, fates: list[Fate]) -> Account:
    tell("waiting for the lake")
    inspections = len({fate.inspection_id for fate in fates if fate.verdict})
    rows = await_rows(stack, PROJECT, inspections, GIVE_UP_SECONDS)
    tell("compacting the lake")
    wiring.compact_lake()()
    return Account(fates, rows, rows_in_lake(stack, PROJECT), dead_letters(stack))
