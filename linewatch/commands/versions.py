"""`linewatch model`: train, list, show, start, stop, delete and publish versions of a project's model."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from chalicelib.models.ports import ModelRefused
from chalicelib.projects.domain import Location, ModelStatus, ModelVersion
from chalicelib.projects.versions import NewModel
from chalicelib.projects.wiring import ProjectsWiring
from linewatch.commands.options import json_option, target_options
from linewatch.commands.printing import Row, show
from linewatch.operate import versions
from linewatch.operate.operator import operator_grant
from linewatch.stack.target import Target

COLUMNS = ("version", "status", "created", "precision", "recall", "f1", "message")
VERSION = click.argument("version", default="latest")


@click.command()
@click.argument("project")
@click.option("--description", default="", help="Letters, digits, dots, hyphens and underscores.")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until it is trained.")
@json_option
@target_options
def train(project: str, description: str, wait: bool, as_json: bool, target: Target) -> None:
    """Train the next version on a project's data sets."""
    version = trained(project, target, description, wait=wait)
    show([row_of(version)], as_json, *COLUMNS)


def trained(project: str, target: Target, description: str = "", *, wait: bool = True) -> ModelVersion:
    """A new version, trained if there is a wait for it. Raises `click.ClickException` for a training that failed."""
    projects = target.linewatch().projects
    new = NewModel(output=Location(bucket=target.bucket, key=f"training/{project}/"), description=description)
    version: ModelVersion = projects.create_model(project, new, operator_grant(project))
    if wait:
        version = _awaited(projects, version)
    if version.status is ModelStatus.TRAINING_FAILED:
        raise click.ClickException(f"version {version.version} is not trained: {version.status_message}")
    return version


def _awaited(projects: ProjectsWiring, version: ModelVersion) -> ModelVersion:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"training version {version.version}", total=1.0)
        return versions.wait_until_trained(projects, version, lambda done: bar.update(task, completed=done))


@click.command("list")
@click.argument("project")
@json_option
@target_options
def list_versions(project: str, as_json: bool, target: Target) -> None:
    """List the versions of a project.

    The newest is first.
    """
    page = target.linewatch().projects.list_models(project, operator_grant(project))
    show([row_of(each) for each in page.items], as_json, *COLUMNS)


@click.command("show")
@click.argument("project")
@VERSION
@json_option
@target_options
def show_version(project: str, version: str, as_json: bool, target: Target) -> None:
    """Show one version.

    By its number, or the newest.
    """
    found = target.linewatch().projects.describe_model(project, version, operator_grant(project))
    show([row_of(found)], as_json, *COLUMNS)


@click.command()
@click.argument("project")
@VERSION
@target_options
def start(project: str, version: str, target: Target) -> None:
    """Host a version.

    Images of the project are inspected by it from then on.
    """
    projects = target.linewatch().projects
    hosted(projects, projects.describe_model(project, version, operator_grant(project)))


def hosted(projects: ProjectsWiring, version: ModelVersion) -> None:
    """Host a version and say so. Raises `click.ClickException` if that fails."""
    started = versions.start(projects, version)
    if started.status is not ModelStatus.HOSTED:
        raise click.ClickException(f"version {started.version} is {started.status}: {started.status_message}")
    click.echo(f"version {started.version} of {started.project} is live; workers use it within 30 s", err=True)


@click.command()
@click.argument("project")
@VERSION
@target_options
def stop(project: str, version: str, target: Target) -> None:
    """Stop hosting a version."""
    stopped = target.linewatch().projects.stop_model(project, version, operator_grant(project))
    click.echo(f"version {stopped.version} of {project} is not hosted any more", err=True)


@click.command()
@click.argument("project")
@click.argument("version")
@target_options
def delete(project: str, version: str, target: Target) -> None:
    """Delete a version.

    It must not be hosted; its file is deleted too.
    """
    target.linewatch().projects.delete_model(project, version, operator_grant(project))
    click.echo(f"version {version} of {project} is deleted", err=True)


@click.command()
@click.option("--project", required=True, help="The project whose images it inspects; created unless it exists.")
@click.option("--model", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@target_options
def publish(project: str, model: Path, target: Target) -> None:
    """Make a model file the live version of a project.

    It becomes the project's next version, if it predicts for its reference images what it did in training.
    Workers use it within 30 s.
    """
    try:
        version = versions.publish(target.linewatch().projects, project, model.read_bytes())
    except ModelRefused as error:
        raise click.ClickException(f"{model} is not published: {error}") from error
    click.echo(version.version)
    click.echo(f"version {version.version} of {project} is live", err=True)


def row_of(version: ModelVersion) -> Row:
    """A version as commands print it."""
    evaluation = version.evaluation
    return {
        "project": version.project,
        "version": version.version,
        "status": version.status.value,
        "message": version.status_message,
        "description": version.description,
        "created": version.created_at,
        "changed": version.changed_at,
        "progress": None if version.lease is None else version.lease.progress,
        "precision": None if evaluation is None else evaluation.precision,
        "recall": None if evaluation is None else evaluation.recall,
        "f1": None if evaluation is None else evaluation.f1,
    }
