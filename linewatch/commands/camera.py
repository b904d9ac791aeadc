"""`linewatch camera`: send a folder's images, once or as they appear, and learn their verdicts."""

import json
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from signal import SIGTERM, default_int_handler, signal
from typing import Any

import click
from click.exceptions import Exit
from rich.console import Console

from linewatch.camera.api import Api, NotAllowed, Refused
from linewatch.camera.fates import Fate, Journal, State
from linewatch.camera.patience import Passing, Patience
from linewatch.camera.sending import Habits
from linewatch.camera.showing import Show, counted, summary
from linewatch.camera.uploads import Place
from linewatch.camera.work import Work, carry_out
from linewatch.commands.options import json_option

JOURNALS = Path.home() / ".local" / "state" / "linewatch"


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--line", required=True, help="The line that the camera looks at.")
@click.option("--camera", "camera_id", required=True, help="The camera's id.")
@click.option("--facility", help="Where the line is.")
@click.option("--url", envvar="LINEWATCH_URL", help="The API's address, or LINEWATCH_URL; else the local stack's.")
@click.option("--key", envvar="LINEWATCH_KEY", help="The camera's key; safer as LINEWATCH_KEY.")
@click.option("--rate", type=click.FloatRange(min=0.01), help="Images per second; as fast as it goes without.")
@click.option("--shrink", type=click.IntRange(min=64), help="Longest side in px that images are brought to first.")
@click.option(
    "--captured-now",
    is_flag=True,
    help="Images are captured when sent, not when their file was changed: for old files.",
)
@click.option("--at-once", default=8, show_default=True, type=click.IntRange(1, 64), help="Uploads side by side.")
@click.option("--watch", is_flag=True, help="Go on with images that appear, until Ctrl-C.")
@click.option("--wait", is_flag=True, help="Wait for the verdicts.")
@click.option("--give-up", default=300.0, show_default=True, help="Seconds to wait without a new verdict.")
@click.option("--journal", type=click.Path(dir_okay=False, path_type=Path), help="Where each image's fate is kept.")
@json_option
def camera(url: str | None, key: str | None, journal: Path | None, as_json: bool, **told: Any) -> None:
    """Send a folder of images and get their verdicts.

    It may be interrupted at any time and started again: what was sent is not sent twice. The journal says in one
    line of JSON for each image what became of it. Ends with an error unless every image was sent and, with
    --wait, has its verdict.
    """
    if key is None:
        raise click.UsageError("no key: make one with `key create --role camera …` and set LINEWATCH_KEY to it")
    signal(SIGTERM, default_int_handler)  # a service manager ends a watch as Ctrl-C does
    work, url = _work(told), url or _local_url()
    kept = journal or journal_of(url, work)
    console = Console(stderr=True)
    with Api(url, key, Patience()) as api, closing(Journal(kept)) as book, Show(console) as show:
        try:
            fates = carry_out(work, api, book, show)
        except (NotAllowed, Refused, Passing) as error:
            raise click.ClickException(f"{error}. What was sent stands in {kept}; start again to go on.") from error
    _report(fates, kept, as_json=as_json)
    if not all(_accounted_for(fate, work) for fate in fates):
        raise Exit(1)


def journal_of(url: str, work: Work) -> Path:
    """The journal of this folder, sent to this service from this place."""
    digest = sha256(f"{url}\n{work.folder.resolve()}".encode()).hexdigest()[:8]
    return JOURNALS / f"{work.place.line}-{work.place.camera}-{digest}.jsonl"


def _work(told: dict[str, Any]) -> Work:
    return Work(
        folder=told["folder"],
        place=Place(line=told["line"], camera=told["camera_id"], facility=told["facility"]),
        habits=Habits(
            rate=told["rate"],
            shrink_to=told["shrink"],
            at_once=told["at_once"],
            clock=(lambda: datetime.now(UTC)) if told["captured_now"] else None,
        ),
        watch=told["watch"],
        wait_seconds=told["give_up"] if told["wait"] else None,
    )


def _local_url() -> str:
    from linewatch.stack.target import chosen

    url = chosen(None, None).api_url
    if url is None:
        raise click.UsageError("no address: give --url, or set LINEWATCH_URL")
    return url


def _accounted_for(fate: Fate, work: Work) -> bool:
    return fate.sent if work.wait_seconds is None else fate.state is State.INSPECTED


def _report(fates: list[Fate], journal: Path, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"images": len(fates), "journal": str(journal), "fates": counted(fates)}))
        return
    Console().print(summary(fates))
    Console(stderr=True).print(f"each image's fate: {journal}", highlight=False, soft_wrap=True)
