"""`linewatch migrate`: from what a customer of Amazon Lookout for Vision kept to a hosted model."""

from pathlib import Path

import click

from chalicelib.projects.domain import DatasetType
from linewatch.commands.dataset import COLUMNS, IMAGES, imported, row_of
from linewatch.commands.options import command_line, json_option, target_options
from linewatch.commands.printing import show
from linewatch.commands.versions import COLUMNS as VERSION_COLUMNS
from linewatch.commands.versions import hosted, trained
from linewatch.commands.versions import row_of as version_row
from linewatch.operate.versions import create_unless_there
from linewatch.stack.target import Target


@click.command()
@click.argument("source")
@click.option("--project", required=True, help="The project; created unless it exists. Best with its old name.")
@click.option("--test", help="A manifest, folder or S3 prefix of the test data set, if the project had one.")
@IMAGES
@json_option
@target_options
def migrate(source: str, project: str, test: str | None, images: Path | None, as_json: bool, target: Target) -> None:
    """Bring a project of Amazon Lookout for Vision here.

    Its images, labels and masks are imported; then a model is trained and hosted. SOURCE is what is left of it: a
    manifest, a folder with normal/ and anomaly/, or an S3 prefix with such folders. It can run again after an
    interruption: images that are there are not uploaded again.
    """
    projects = target.linewatch().projects
    create_unless_there(projects, project)
    datasets = imported(project, source, None if test is None else DatasetType.TRAIN, images, target)
    if test is not None:
        datasets += imported(project, test, DatasetType.TEST, images, target)
    if not as_json:
        show([row_of(each) for each in datasets], as_json, *COLUMNS)
    version = trained(project, target)
    show([version_row(hosted(projects, version))], as_json, *VERSION_COLUMNS)
    click.echo(_next(project, target), err=True)


def _next(project: str, target: Target) -> str:
    """What is left to do: a key, and one line of the old client."""
    key = command_line(f"key create --role operator --project {project} --json", target)
    url = target.api_url or "URL"
    about = "" if target.api_url else ", where URL is the output EndpointURL of the stage"
    return f'a key for the old client: {key}\nits one line: boto3.client("lookoutvision", endpoint_url="{url}"){about}'
