"""`linewatch project`: create, list, show and delete projects."""

from collections.abc import Iterator

import click

from chalicelib.core.image import CHECK_PROJECT
from chalicelib.projects.domain import Kind
from chalicelib.projects.record import ProjectRecord
from chalicelib.projects.wiring import ProjectsWiring
from linewatch.commands.options import command_line, json_option, target_options
from linewatch.commands.printing import Row, confirm, show
from linewatch.operate.operator import operator_grant
from linewatch.stack.target import Target


@click.group()
def project() -> None:
    """Create, list, show and delete projects."""


@project.command()
@click.argument("name")
@json_option
@target_options
def create(name: str, as_json: bool, target: Target) -> None:
    """Create a project without data sets and models."""
    projects = target.linewatch().projects
    projects.create_project(name, operator_grant(name))
    message = f"project {name} is created; `{command_line(f'dataset import {name} FOLDER', target)}` gives it images"
    confirm(message, _row(projects.describe_project(name, operator_grant(name))), as_json)


@project.command("list")
@json_option
@target_options
def list_projects(as_json: bool, target: Target) -> None:
    """List all projects, but for that of `linewatch check`."""
    show([*_rows(target.linewatch().projects)], as_json, "project", "created", "images", "versions", "live")


@project.command("show")
@click.argument("name")
@json_option
@target_options
def show_project(name: str, as_json: bool, target: Target) -> None:
    """Show one project."""
    record = target.linewatch().projects.describe_project(name, operator_grant(name))
    show([_row(record)], as_json, "project", "created", "images", "versions", "live")


@project.command()
@click.argument("name")
@json_option
@target_options
def delete(name: str, as_json: bool, target: Target) -> None:
    """Delete a project that has no data sets and no models."""
    target.linewatch().projects.delete_project(name, operator_grant(name))
    confirm(
        f"project {name} is deleted; its images stay in the bucket, and its keys stay valid", {"project": name}, as_json
    )


def _rows(projects: ProjectsWiring) -> Iterator[Row]:
    for name in sorted({*projects.registry.of_kind(Kind.PROJECT)} - {CHECK_PROJECT}):
        record = projects.registry.find(name)
        if record.project is not None:
            yield _row(record)


def _row(record: ProjectRecord) -> Row:
    found = record.existing()
    return {
        "project": record.name,
        "created": found.created_at,
        "images": sum(each.counts.total for each in record.datasets.values()),
        "data_sets": {of.value: each.status.value for of, each in record.datasets.items()},
        "versions": len(record.models),
        "live": None if record.live is None else record.live.version,
        "tags": dict(found.tags),
    }
