"""`linewatch model publish`: make a model file the live version of a project."""

from pathlib import Path

import click

from chalicelib.core.image import is_id
from chalicelib.models.ports import ModelRefused
from linewatch.commands.options import target_options
from linewatch.stack.target import Target


@click.command()
@click.option("--project", required=True, help="The project whose images it inspects.")
@click.option("--model", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@target_options
def publish(project: str, model: Path, target: Target) -> None:
    """Make a model file the live version of a project.

    It becomes the project's next version, if it predicts for its reference images what it did in training.
    Workers use it within 30 s.
    """
    if not is_id(project):
        raise click.UsageError(
            f"{project!r} is not a valid id: use 1 to 64 letters, digits, dots, hyphens and underscores"
        )
    try:
        version = target.linewatch().models.registry.publish(project, model.read_bytes())
    except ModelRefused as error:
        raise click.ClickException(f"{model} is not published: {error}") from error
    click.echo(version)
    click.echo(f"version {version} of {project} is live", err=True)
