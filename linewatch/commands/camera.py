"""`linewatch camera`: send a folder's images, once or as they appear, and learn their verdicts."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from signal import SIGTERM, default_int_handler, signal
from typing import Any

import click
from rich.console import Console

from chalicelib.core.image import is_id
from chalicelib.models.image_files import find_images
from linewatch.camera.api import AccessDenied, Api, Refused
from linewatch.camera.client import Job, run
from linewatch.camera.connection import ConnectionSettingsError
from linewatch.camera.journal import Journal, JournalError, state_folder
from linewatch.camera.progress import ProgressDisplay, counted, summary
from linewatch.camera.retry import RetryPolicy
from linewatch.camera.sender import SendOptions
from linewatch.camera.status import ImageStatus, State
from linewatch.camera.uploads import CameraLocation
from linewatch.commands.options import json_option


def _id(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is None or is_id(value):
        return value
    raise click.BadParameter(f"{value!r} is no id: 1 to 64 letters, digits, dots, hyphens and underscores")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--line", required=True, callback=_id, help="The line that the camera looks at.")
@click.option("--camera", "camera_id", required=True, callback=_id, help="The camera's id.")
@click.option("--facility", callback=_id, help="Where the line is.")
@click.option("--url", envvar="LINEWATCH_URL", help="The API's address, or LINEWATCH_URL; else the local stack's.")
@click.option("--local", help="A local stack, by its name. The default is the only one that runs.")
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
@click.option("--journal", type=click.Path(dir_okay=False, path_type=Path), help="Where each image's status is kept.")
@json_option
def camera(
    url: str | None, local: str | None, key: str | None, journal: Path | None, as_json: bool, **options: Any
) -> None:
    """Send a folder of images and get their verdicts.

    It may be interrupted at any time and started again: what was sent is not sent twice. The journal says in one
    line of JSON for each image what became of it. Ends with an error unless every image was sent and, with
    --wait, has its verdict.
    """
    if key is None or not key.strip():
        raise click.UsageError("no key: make one with `key create --role camera …` and set LINEWATCH_KEY to it")
    signal(SIGTERM, default_int_handler)  # a service manager ends a watch as Ctrl-C does
    job, url = _job(options), _url(url, local)
    path = journal or journal_of(url, job)
    display = ProgressDisplay(Console(stderr=True))
    with (
        _errors_shown(path),
        Api(url, key, RetryPolicy()) as api,
        closing(Journal(path, display.log)) as opened,
        display,
    ):
        statuses = run(job, api, opened, display)
    _report(statuses, job.folder, path, as_json=as_json)
    if not all(_accounted_for(status, job) for status in statuses):
        raise click.exceptions.Exit(1)


def journal_of(url: str, job: Job) -> Path:
    """The journal of this folder, sent to this service from this location."""
    digest = sha256(f"{url}\n{job.folder.resolve()}".encode(errors="surrogateescape")).hexdigest()[:8]
    return state_folder() / f"{job.location.line}-{job.location.camera}-{digest}.jsonl"


@contextmanager
def _errors_shown(journal: Path) -> Iterator[None]:
    try:
        yield
    except (ConnectionSettingsError, JournalError) as error:
        raise click.ClickException(str(error)) from error
    except (AccessDenied, Refused) as error:
        raise click.ClickException(f"{error}. What was sent stands in {journal}; start again to go on.") from error


def _job(options: dict[str, Any]) -> Job:
    return Job(
        folder=options["folder"],
        location=CameraLocation(line=options["line"], camera=options["camera_id"], facility=options["facility"]),
        options=SendOptions(
            rate=options["rate"],
            shrink_to=options["shrink"],
            at_once=options["at_once"],
            clock=(lambda: datetime.now(UTC)) if options["captured_now"] else None,
        ),
        watch=options["watch"],
        wait_seconds=options["give_up"] if options["wait"] else None,
    )


def _url(url: str | None, local: str | None) -> str:
    from linewatch.stack.target import chosen

    if url is not None and url.strip() and local is None:
        return url.strip()
    found = chosen(None, local).api_url
    if found is None:
        raise click.UsageError("no address: give --url, or set LINEWATCH_URL")
    return found


def _accounted_for(status: ImageStatus, job: Job) -> bool:
    return status.sent if job.wait_seconds is None else status.state is State.INSPECTED


def _report(statuses: list[ImageStatus], folder: Path, journal: Path, *, as_json: bool) -> None:
    others = find_images(folder).others
    if as_json:
        outcome = {"images": len(statuses), "journal": str(journal), "fates": counted(statuses)}
        click.echo(json.dumps(outcome | ({"passed_over": others} if others else {})))
        return
    Console().print(summary(statuses, others))
    Console(stderr=True).print(f"each image's status: {journal}", highlight=False, soft_wrap=True, markup=False)
