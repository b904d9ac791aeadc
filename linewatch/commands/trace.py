"""`linewatch trace`: what became of one image, with times."""

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
from linewatch.commands.options import json_option
from linewatch.operate.filesystem import filesystem
from linewatch.operate.image_lookup import stored_under, with_image_id
from linewatch.operate.trace import ASKED_BEFORE, Trace, files_with, lines_about, trace_of
from linewatch.stack.target import Target, target_options

LOG_KEPT = timedelta(days=30)


@click.command()
@click.argument("image")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Day of capture (UTC) of an image id: found faster.")
@json_option
@target_options
def trace(image: str, day: datetime | None, as_json: bool, target: Target) -> None:
    """Show what happened to one image, with times.

    IMAGE is its inspection id, its object key or its image id. An image id alone is looked for in the folders of every
    camera, one request for each of their days; --day spares most of them. Times are of different clocks: the camera's,
    S3's and the functions'.
    """
    stored, inspection = _found(target, image, day)
    key = inspection.key if inspection else stored.key if stored else image
    traced = trace_of(key, stored, inspection, _lines(target, key, stored, inspection), _files(target, inspection))
    if not traced.steps:
        raise click.ClickException(f"nothing is known of {image}: no inspection, object, image id or line of the log")
    if as_json:
        click.echo(json.dumps(asdict(traced) | {"unknown": traced.unknown}, default=datetime.isoformat))
    else:
        _print(traced)


def _found(target: Target, image: str, day: datetime | None) -> tuple[UploadedImage | None, Inspection | None]:
    """What the bucket and the table have: by one request for an inspection id or a key, by many for an image id."""
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


def _lines(target: Target, key: str, stored: UploadedImage | None, inspection: Inspection | None) -> list[Any]:
    """What the log says, from just before the upload on; all that it keeps when the image was never put."""
    uploaded_at = inspection.uploaded_at if inspection else stored.uploaded_at if stored else None
    since = uploaded_at - ASKED_BEFORE if uploaded_at else datetime.now(UTC) - LOG_KEPT
    terms = {key} | ({inspection.correlation_id} if inspection else set())
    return list(lines_about(target.client("logs"), f"/linewatch/{target.stage}", sorted(terms), since))


def _files(target: Target, inspection: Inspection | None) -> list[tuple[str, str]]:
    if inspection is None:
        return []
    return files_with(filesystem(target), target.bucket, inspection)


def _print(traced: Trace) -> None:
    console = Console()
    told = {"key": traced.key, "inspection": traced.inspection_id, "correlation id": traced.correlation_id}
    for name, value in told.items():
        console.print(f"{name:<15} {value or 'none yet'}", highlight=False, markup=False, soft_wrap=True)
    after = Column("after", justify="right", no_wrap=True)
    table = Table(Column("UTC", no_wrap=True), after, "what", Column("told", overflow="fold"))
    before: datetime | None = None
    for step in traced.steps:
        later = f"{(step.at - before).total_seconds():+.2f} s" if step.at and before else ""
        table.add_row(f"{step.at:%m-%d %H:%M:%S.%f}"[:-3] if step.at else "", later, step.name, escape(step.told))
        before = step.at or before
    for step_name, meaning in traced.unknown.items():
        table.add_row("", "", f"[yellow]{step_name}[/]", f"[yellow]{meaning}[/]")
    console.print(table)
