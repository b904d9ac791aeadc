"""`linewatch camera`: send the images of a folder, once or as they appear, and get their verdicts."""

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
from linewatch.camera.connection import ConnectionSettingsError, readable_on_the_way
from linewatch.camera.journal import Journal, JournalError, state_folder
from linewatch.camera.progress import ProgressDisplay, counted, summary
from linewatch.camera.retry import RetryPolicy
from linewatch.camera.sender import SendOptions
from linewatch.camera.status import ImageStatus, State
from linewatch.camera.uploads import CameraLocation
from linewatch.commands.options import json_option
from linewatch.commands.warnings import warn


def _id(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is None or is_id(value):
        return value
    raise click.BadParameter(f"{value!r} is not a valid id: use 1 to 64 letters, digits, dots, hyphens and underscores")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--line", required=True, callback=_id, help="The production line of the camera.")
@click.option("--camera", "camera_id", required=True, callback=_id, help="The camera's id.")
@click.option("--facility", callback=_id, help="The plant or building of the line.")
@click.option(
    "--url", envvar="LINEWATCH_URL", help="The API's address, or LINEWATCH_URL. The default is the local stack."
)
@click.option("--local", help="The name of a local stack. Not needed when only one is running.")
@click.option("--key", envvar="LINEWATCH_KEY", help="The camera's key. Safer: set LINEWATCH_KEY.")
@click.option("--rate", type=click.FloatRange(min=0.01), help="Images per second. The default is as fast as possible.")
@click.option("--shrink", type=click.IntRange(min=64), help="Shrink images first, to this longest side in px.")
@click.option(
    "--captured-now",
    is_flag=True,
    help="For old files: the time of capture is now, not the time when the file was last changed.",
)
@click.option("--at-once", default=8, show_default=True, type=click.IntRange(1, 64), help="Uploads at a time.")
@click.option("--watch", is_flag=True, help="Also send images that appear later, until Ctrl-C.")
@click.option("--wait", is_flag=True, help="Wait for the verdicts.")
@click.option(
    "--give-up", default=300.0, show_default=True, help="With --wait: stop after so many seconds without a new verdict."
)
@click.option(
    "--journal", type=click.Path(dir_okay=False, path_type=Path), help="The file that keeps each image's status."
)
@json_option
def camera(
    url: str | None, local: str | None, key: str | None, journal: Path | None, as_json: bool, **options: Any
) -> None:
    """Send a folder of images and get their verdicts.

    You can interrupt it at any time and start it again: an image is not sent twice. The journal has the status of
    each image as one line of JSON. Exits with 1 unless every image was sent and, with --wait, has its verdict.
    """
    if key is None or not key.strip():
        raise click.UsageError(
            "no key: create one with `linewatch key create --role camera …` and set LINEWATCH_KEY to it"
        )
    signal(SIGTERM, default_int_handler)  # a service manager stops a watch in the same way as Ctrl-C
    job, url = _job(options), _url(url, local)
    path = journal or journal_of(url, job)
    display = ProgressDisplay(Console(stderr=True))
    with _errors_shown(path):
        if host := readable_on_the_way(url):
            warn([f"the key and the images go to {host} unencrypted, for all on the way to read: use an https address"])
        with Api(url, key, RetryPolicy()) as api, closing(Journal(path, display.log)) as opened, display:
            statuses = run(job, api, opened, display)
    _report(statuses, job.folder, path, as_json=as_json)
    if not all(_accounted_for(status, job) for status in statuses):
        raise click.exceptions.Exit(1)


def journal_of(url: str, job: Job) -> Path:
    """The default journal for a folder, a camera and an API address."""
    digest = sha256(f"{url}\n{job.folder.resolve()}".encode(errors="surrogateescape")).hexdigest()[:8]
    return state_folder() / f"{job.location.line}-{job.location.camera}-{digest}.jsonl"


@contextmanager
def _errors_shown(journal: Path) -> Iterator[None]:
    try:
        yield
    except (ConnectionSettingsError, JournalError) as error:
        raise click.ClickException(str(error)) from error
    except (AccessDenied, Refused) as error:
        raise click.ClickException(
            f"{error}. {journal} lists the images that were sent; run the command again to send the others."
        ) from error


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
    from linewatch.stack.choose import chosen

    if url is not None and url.strip() and local is None:
        return url.strip()
    api_url = chosen(None, local).api_url
    if api_url is None:
        raise click.UsageError("no address: give --url, or set LINEWATCH_URL")
    return api_url


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
