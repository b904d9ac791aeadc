"""`linewatch model`: train, list, show, start, stop, delete and import versions of a project's model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from chalicelib.models.ports import ModelRefused
from chalicelib.projects.domain import MOST_UNITS, WORKERS_OF_A_UNIT, ModelStatus, ModelVersion
from chalicelib.projects.evaluation_files import place_of
from chalicelib.projects.places import Places
from chalicelib.projects.versions import ModelFile, NewModel
from chalicelib.projects.wiring import ProjectsWiring
from linewatch.commands.options import command_line, json_option, target_options
from linewatch.commands.output_files import REPORT, check_output, write_output
from linewatch.commands.printing import Row, confirm, show
from linewatch.operate import versions
from linewatch.operate.operator import operator_grant
from linewatch.stack.target import Target

COLUMNS = ("version", "status", "created", "precision", "recall", "f1", "message")
VERSION = click.argument("version", default="latest")


@click.command()
@click.argument("project")
@click.option("--description", default="", help="Letters, digits, dots, hyphens and underscores.")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until it is trained.")
@click.option("--here", is_flag=True, help="Train on this computer: for trainings of more than 15 minutes.")
@json_option
@target_options
def train(project: str, description: str, wait: bool, here: bool, as_json: bool, target: Target) -> None:
    """Train the next version on a project's data sets.

    The stage trains it. With --here this computer does, as long as it takes; the version is the same either way.
    """
    version = trained(project, target, description, here=here, wait=wait)
    show([row_of(version)], as_json, *COLUMNS)
    if version.status is ModelStatus.TRAINED:
        report = command_line(f"model show {project} --report report.html", target)
        click.echo(f"`{report}` writes a page about it", err=True)
        click.echo(_how_to_start(version, target), err=True)
    else:
        click.echo(f"`{command_line(f'model show {project}', target)}` says how far it is", err=True)


def _how_to_start(version: ModelVersion, target: Target) -> str:
    start = command_line(f"model start {version.project} {version.version}", target)
    return f"`{start}` makes it the live version"


def trained(
    project: str, target: Target, description: str = "", *, here: bool = False, wait: bool = True
) -> ModelVersion:
    """A new version, trained if there is a wait for it. Raises `click.ClickException` for a training that failed."""
    projects = target.linewatch().projects
    new = NewModel(output=Places(target.bucket, project).training, description=description)
    if here:
        version = _trained_here(projects, project, new)
    else:
        version = projects.create_model(project, new, operator_grant(project))
        version = _awaited(projects, version) if wait else version
    if version.status is ModelStatus.TRAINING_FAILED:
        raise click.ClickException(f"version {version.version} is not trained: {version.status_message}")
    return version


def _trained_here(projects: ProjectsWiring, project: str, new: NewModel) -> ModelVersion:
    from linewatch.operate.train_here import TrainsHere

    grant = operator_grant(project)
    with bar() as seen:
        seen("reading images", 0.0)
        queue = TrainsHere(projects, lambda done: seen("training on this computer", done))
        version = projects.create_model(project, new, grant, queue=queue)
    trained: ModelVersion = projects.describe_model(project, str(version.version), grant)
    return trained


def _awaited(projects: ProjectsWiring, version: ModelVersion) -> ModelVersion:
    with bar() as seen:
        return versions.wait_until_trained(
            projects,
            version,
            lambda done: seen(f"training version {version.version}" if done else "waiting for a worker", done),
        )


@contextmanager
def bar() -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr; the function takes what happens, and how much of it is done."""
    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=1.0)
        yield lambda what, done: shown.update(task, description=what, completed=done)


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
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write its training report, an HTML page."
)
@json_option
@target_options
def show_version(project: str, version: str, report: Path | None, as_json: bool, target: Target) -> None:
    """Show one version.

    By its number, or the newest.
    """
    found = target.linewatch().projects.describe_model(project, version, operator_grant(project))
    show([row_of(found)], as_json, *COLUMNS)
    if report:
        check_output(report, REPORT)
        write_output(report, report_of(found, target))
        click.echo(f"wrote {report}", err=True)


def report_of(version: ModelVersion, target: Target) -> bytes:
    """The training report of a version. Raises `click.ClickException` without one."""
    if version.output is None or version.evaluation is None:
        raise click.ClickException(
            f"version {version.version} has no training report: it was not trained by the service"
        )
    place = place_of(version, "TrainingReport", ".html")
    content: bytes = target.client("s3").get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
    return content


@click.command()
@click.argument("project")
@VERSION
@click.option(
    "--units",
    default=1,
    show_default=True,
    type=click.IntRange(1, MOST_UNITS),
    help=f"Inference units: each is {WORKERS_OF_A_UNIT} workers that inspect at the same time.",
)
@json_option
@target_options
def start(project: str, version: str, units: int, as_json: bool, target: Target) -> None:
    """Host a version.

    Images of the project are inspected by it from then on, also those that waited. Without a number, the newest is
    started.
    """
    projects = target.linewatch().projects
    hosted(projects, projects.describe_model(project, version, operator_grant(project)), units, as_json)


def hosted(projects: ProjectsWiring, version: ModelVersion, units: int = 1, as_json: bool = False) -> ModelVersion:
    """Host a version and say so. Raises `NotHosted`."""
    started = versions.start(projects, version, units)
    message = f"version {started.version} of {started.project} is live; workers use it within 30 s"
    confirm(message, row_of(started), as_json)
    return started


@click.command()
@click.argument("project")
@VERSION
@json_option
@target_options
def stop(project: str, version: str, as_json: bool, target: Target) -> None:
    """Stop hosting a version.

    If it is the only one, images of the project wait, for up to 14 days, and are inspected after the next start.
    """
    projects = target.linewatch().projects
    stopped = versions.stop(projects, projects.describe_model(project, version, operator_grant(project)))
    confirm(f"version {stopped.version} of {project} is not hosted any more", row_of(stopped), as_json)


@click.command()
@click.argument("project")
@click.argument("version")
@json_option
@target_options
def delete(project: str, version: str, as_json: bool, target: Target) -> None:
    """Delete a version.

    It must not be hosted; its file is deleted too.
    """
    deleted = target.linewatch().projects.delete_model(project, version, operator_grant(project))
    confirm(f"version {version} of {project} is deleted", row_of(deleted), as_json)


@click.command("import")
@click.argument("project")
@click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--description", default="", help="Letters, digits, dots, hyphens and underscores.")
@json_option
@target_options
def import_version(project: str, model: Path, description: str, as_json: bool, target: Target) -> None:
    """Make a model file the next version of a project.

    MODEL is a file of `linewatch train`. It is refused unless it predicts for its reference images what it did in
    training.
    """
    file = ModelFile(content=model.read_bytes(), description=description)
    try:
        version = target.linewatch().projects.import_model(project, file, operator_grant(project))
    except ModelRefused as error:
        raise click.ClickException(f"{model} is not imported: {error}") from error
    show([row_of(version)], as_json, *COLUMNS)
    click.echo(_how_to_start(version, target), err=True)


def row_of(version: ModelVersion) -> Row:
    """A version as commands print it."""
    evaluation = version.evaluation
    return {
        "project": version.project,
        "version": version.version,
        "status": version.status.value,
        "message": version.status_message or _in_training(version),
        "description": version.description,
        "created": version.created_at,
        "changed": version.changed_at,
        "progress": None if version.lease is None else version.lease.progress,
        "precision": None if evaluation is None else evaluation.precision,
        "recall": None if evaluation is None else evaluation.recall,
        "f1": None if evaluation is None else evaluation.f1,
    }


def _in_training(version: ModelVersion) -> str:
    if version.status is not ModelStatus.TRAINING:
        return ""
    return "waits for a worker" if version.lease is None else f"{version.lease.progress:.0%} is done"
