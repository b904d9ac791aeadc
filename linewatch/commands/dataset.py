"""`linewatch dataset`: import, list, show, export and delete data sets."""

from pathlib import Path

import click

from chalicelib.core.clock import utc_now
from chalicelib.projects.domain import Dataset, DatasetType
from chalicelib.projects.entries import EntryFilter
from chalicelib.projects.limits import missing_images
from chalicelib.projects.manifest import ClassName
from linewatch.commands.bars import bar
from linewatch.commands.options import command_line, json_option, target_options
from linewatch.commands.printing import Row, confirm, show
from linewatch.commands.warnings import warn
from linewatch.errors import UsageProblem
from linewatch.operate.datasets.objects import Objects
from linewatch.operate.datasets.read import read_source
from linewatch.operate.datasets.store import store
from linewatch.operate.operator import operator_grant
from linewatch.stack.target import Target

OF = click.Choice([each.value for each in DatasetType])
COLUMNS = ("data_set", "status", "images", "normal", "anomaly", "changed")
IMAGES = click.option(
    "--images",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with the images that a manifest or a Label Studio export names.",
)


@click.group()
def dataset() -> None:
    """Import, list, show, export and delete data sets."""


@dataset.command("import")
@click.argument("project")
@click.argument("source")
@click.option("--into", type=OF, help="The data set; without, a folder `test` is the test set, all else for training.")
@IMAGES
@json_option
@target_options
def import_dataset(
    project: str, source: str, into: str | None, images: Path | None, as_json: bool, target: Target
) -> None:
    """Put images with their labels into a project's data sets.

    SOURCE is a folder as for `train`, a CSV list, a COCO file, a Label Studio export (JSON), a Ground Truth manifest,
    or the S3 URI of a manifest or of a prefix whose folders are labels. Images are uploaded once; what is wrong is
    named and keeps out nothing else.
    """
    datasets = imported(project, source, None if into is None else DatasetType(into), images, target)
    show([row_of(each) for each in datasets], as_json, *COLUMNS)
    click.echo(_next(project, target), err=True)


def _next(project: str, target: Target) -> str:
    """What is missing before a model can be trained, or how to train it."""
    record = target.linewatch().projects.describe_project(project, operator_grant(project))
    missing = missing_images({of: each.counts for of, each in record.datasets.items()})
    if missing:
        return f"to train a model, add {', '.join(missing)}"
    return f"`{command_line(f'model train {project}', target)}` trains a model"


def imported(project: str, source: str, of: DatasetType | None, images: Path | None, target: Target) -> list[Dataset]:
    """The data sets with the images of a source. Raises `UsageProblem` if it has none."""
    projects, grant = target.linewatch().projects, operator_grant(project)
    projects.describe_project(project, grant)
    objects = Objects(target.client("s3"), f"s3://{target.bucket}/datasets/{project}/images/")
    found = read_source(source, of, images, objects, utc_now())
    result = store(found, project, grant, projects, bar("uploading"))
    warn(result.notes)
    if not result.datasets:
        raise UsageProblem(f"{source} has no image that can be used{'; see above' if result.notes else ''}")
    return result.datasets


@dataset.command("list")
@click.argument("project")
@json_option
@target_options
def list_datasets(project: str, as_json: bool, target: Target) -> None:
    """List the data sets of a project."""
    record = target.linewatch().projects.describe_project(project, operator_grant(project))
    show([row_of(record.datasets[of]) for of in DatasetType if of in record.datasets], as_json, *COLUMNS)


@dataset.command("show")
@click.argument("project")
@click.argument("of", metavar="train|test", type=OF)
@click.option("--label", type=click.Choice(["normal", "anomaly"]), help="Only the images with this label.")
@json_option
@target_options
def show_dataset(project: str, of: str, label: ClassName | None, as_json: bool, target: Target) -> None:
    """Show the images of a data set with their labels."""
    export_entries = target.linewatch().projects.export_entries
    entries = export_entries(project, DatasetType(of), EntryFilter(label=label), operator_grant(project))
    rows = [{"image": each.source, "label": each.label, "mask": each.mask} for each in entries]
    show(rows, as_json, "image", "label", "mask")


@dataset.command()
@click.argument("project")
@click.argument("of", metavar="train|test", type=OF)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; else it is printed.")
@target_options
def export(project: str, of: str, out: Path | None, target: Target) -> None:
    """Write a data set as a Ground Truth manifest."""
    export_entries = target.linewatch().projects.export_entries
    entries = export_entries(project, DatasetType(of), EntryFilter(), operator_grant(project))
    manifest = "".join(f"{each.raw}\n" for each in entries)
    if out is None:
        click.echo(manifest, nl=False)
    else:
        out.write_text(manifest, encoding="utf-8")
        click.echo(f"wrote {out} with {len(entries)} images", err=True)


@dataset.command()
@click.argument("project")
@click.argument("of", metavar="train|test", type=OF)
@json_option
@target_options
def delete(project: str, of: str, as_json: bool, target: Target) -> None:
    """Delete a data set; its images stay in the bucket."""
    deleted = target.linewatch().projects.delete_dataset(project, DatasetType(of), operator_grant(project))
    confirm(f"the {of} data set of {project} is deleted", row_of(deleted), as_json)


def row_of(each: Dataset) -> Row:
    """A data set as commands print it."""
    counts = each.counts
    return {
        "data_set": each.type.value,
        "status": each.status.value,
        "message": each.status_message,
        "images": counts.total,
        "normal": counts.normal,
        "anomaly": counts.anomaly,
        "unlabelled": counts.total - counts.labelled,
        "created": each.created_at,
        "changed": each.updated_at,
    }
