"""`linewatch trace`: show what happened to one image, with times."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from chalicelib.core.image import UploadedImage, is_id
from chalicelib.core.inspection import LIVE, Inspection
from linewatch.commands.options import json_option, target_options
from linewatch.operate.filesystem import filesystem
from linewatch.operate.image_lookup import stored_under, with_image_id
from linewatch.operate.trace import ASKED_BEFORE, Trace, files_with, log_entries, trace_of
from linewatch.stack.target import Target

LOG_KEPT = timedelta(days=30)


@click.command()
@click.argument("image")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Day of capture (UTC): finds an image id faster.")
@json_option
@target_options
def trace(image: str, day: datetime | None, as_json: bool, target: Target) -> None:
    """Show what happened to one image, with times.

    IMAGE is an inspection id, an object key or an image id. An image id is searched in the folders of every camera,
    with one request for each day; --day saves most of them. The times come from different clocks: those of the camera,
    of S3 and of the functions.
    """
    stored, inspection = _find(target, image, day)
    key = inspection.key if inspection else stored.key if stored else image
    traced = trace_of(
        key, stored, inspection, _log_entries(target, key, stored, inspection), _files(target, inspection)
    )
    if not traced.steps:
        raise click.ClickException(
            f"nothing is known of {image}: no inspection, object, image id or log entry has this name"
        )
    if as_json:
        click.echo(json.dumps(_to_dict(traced), default=datetime.isoformat))
    else:
        _print(traced)


def _find(target: Target, image: str, day: datetime | None) -> tuple[UploadedImage | None, Inspection | None]:
    """The object and the inspection. One request finds an inspection id or a key; an image id takes many."""
    find, s3, bucket = target.linewatch().inspections.table.find, target.client("s3"), target.bucket
    if not is_id(image):
        stored = stored_under(s3, bucket, image)
    elif inspection := find(image, LIVE):
        return stored_under(s3, bucket, inspection.key), inspection
    else:
        stored = _only(image, with_image_id(s3, bucket, image, day.date() if day else None))
    return stored, find(stored.inspection_id, LIVE) if stored else None


def _only(image_id: str, found: list[UploadedImage]) -> UploadedImage | None:
    if len(found) > 1:
        keys = "\n  ".join(image.key for image in found)
        raise click.UsageError(f"{len(found)} images have the id {image_id}; name one by its key:\n  {keys}")
    return found[0] if found else None


def _log_entries(target: Target, key: str, stored: UploadedImage | None, inspection: Inspection | None) -> list[Any]:
    """The log entries since shortly before the upload, or all that the log keeps when the image was never uploaded."""
    uploaded_at = inspection.uploaded_at if inspection else stored.uploaded_at if stored else None
    since = uploaded_at - ASKED_BEFORE if uploaded_at else datetime.now(UTC) - LOG_KEPT
    folder, _, image = key.rpartition("/")
    searches = [[folder, image] if folder else [image]]
    if inspection:
        searches.append([inspection.correlation_id])
    return log_entries(target.client("logs"), f"/linewatch/{target.stage}", searches, since)


def _files(target: Target, inspection: Inspection | None) -> list[tuple[str, str]]:
    if inspection is None:
        return []
    return files_with(filesystem(target), target.bucket, inspection)


def _to_dict(traced: Trace) -> dict[str, Any]:
    steps = [{"name": step.name, "at": step.at, "told": step.details} for step in traced.steps]
    return asdict(traced) | {"steps": steps, "unknown": traced.unknown}


def _print(traced: Trace) -> None:
    console = Console()
    ids = {"key": traced.key, "inspection": traced.inspection_id, "correlation id": traced.correlation_id}
    for name, value in ids.items():
        console.print(f"{name:<15} {value or 'none yet'}", highlight=False, markup=False, soft_wrap=True)
    after = Column("after", justify="right", no_wrap=True)
    table = Table(Column("UTC", no_wrap=True), after, "step", Column("details", overflow="fold"))
    before: datetime | None = None
    for step in traced.steps:
        later = f"{(step.at - before).total_seconds():+.2f} s" if step.at and before else ""
        table.add_row(f"{step.at:%m-%d %H:%M:%S.%f}"[:-3] if step.at else "", later, step.name, escape(step.details))
        before = step.at or before
    for name, meaning in traced.unknown.items():
        table.add_row("", "", f"[yellow]{name}[/]", f"[yellow]{meaning}[/]")
    console.print(table)
