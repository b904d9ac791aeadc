"""`linewatch shifts`: set, show, remove and override the shift calendar of a project, and the end of its day."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import click

from linewatch.commands.options import json_option, target_options
from linewatch.operate.operator import operator_grant
from linewatch.stack.target import Target


@click.group()
def shifts() -> None:
    """Set, show, remove and override a shift calendar."""


@shifts.command("set")
@click.argument("project")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--grace", type=click.IntRange(0, 720), help="Minutes that the model runs on after a shift while images wait."
)
@target_options
def set_calendar(project: str, file: Path, grace: int | None, target: Target) -> None:
    """Have a project follow the shifts of an iCalendar file.

    Outlook, Google and Apple export such files.
    """
    linewatch = target.linewatch()
    lasts = None if grace is None else timedelta(minutes=grace)
    linewatch.shifts.set_calendar(project, file.read_bytes(), operator_grant(project), grace=lasts)
    click.echo(f"project {project} follows {file.name}: `linewatch shifts show {project} --week` shows it", err=True)


@shifts.command("show")
@click.argument("project")
@click.option("--week", is_flag=True, help="Draw the seven days, and say what they cost.")
@click.option("--since", "day", type=click.DateTime(["%Y-%m-%d"]), help="The first day; today without it.")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Draw the seven days into this file.")
@json_option
@target_options
def show_calendar(
    project: str, week: bool, day: datetime | None, svg: Path | None, as_json: bool, target: Target
) -> None:
    """Show what a calendar will do."""
    import json

    from chalicelib.shifts.answers import week_as_json
    from linewatch.operate import week_strip, week_svg, week_view

    first: date | None = None if day is None else day.date()
    found = target.linewatch().shifts.show_week(project, operator_grant(project), day=first)
    rows = week_view.rows(found)
    if svg is not None:
        drawn = week_svg.drawing(week_view.title(found), rows, list(week_view.summary(found)))
        svg.write_text(drawn, encoding="utf-8")
        click.echo(f"drawn into {svg}", err=True)
    if as_json:
        click.echo(json.dumps(week_as_json(found)))
        return
    click.echo("\n".join(week_view.status(found)))
    if week:
        click.echo("\n".join(["", *week_strip.strip(rows), "", *week_view.summary(found)]))


@shifts.command()
@click.argument("project")
@target_options
def remove(project: str, target: Target) -> None:
    """Have a project follow no calendar. Its model stays as it is."""
    target.linewatch().shifts.remove_calendar(project, operator_grant(project))
    click.echo(f"project {project} follows no calendar", err=True)


@shifts.command()
@click.argument("project")
@click.argument("what", type=click.Choice(["run", "stop", "end"]))
@click.option(
    "--until",
    metavar="TIME",
    help="HH:MM of the plant's clock, or 2026-03-14T18:00; else the next begin or end of a shift.",
)
@target_options
def override(project: str, what: str, until: str | None, target: Target) -> None:
    """Run or stop a model whatever its calendar says."""
    from linewatch.operate.plant_time import plant_time

    use_cases, grant = target.linewatch().shifts, operator_grant(project)
    if what == "end":
        use_cases.end_override(project, grant)
        click.echo(f"project {project} follows its calendar", err=True)
        return
    week = use_cases.show_week(project, grant)
    moment = None if until is None else plant_time(until, week.calendar.home, week.now)
    use_cases.override(project, grant, run=what == "run", until=moment)
    ends = (
        "the next begin or end of a shift" if moment is None else f"{week.calendar.home.local(moment):%a %d %b %H:%M}"
    )
    click.echo(f"project {project} {'runs' if what == 'run' else 'is stopped'} until {ends}", err=True)


@shifts.command("end-of-day")
@click.argument("project")
@click.argument("at", metavar="TIME")
@click.option("--zone", help="The time zone, such as Europe/Berlin; that of the calendar without it.")
@click.option("--prefix", default="", help="Only the images of a line, or of a camera as line-1/cam-1.")
@target_options
def end_of_day(project: str, at: str, zone: str | None, prefix: str, target: Target) -> None:
    """Inspect the images of each day at a time.

    TIME is HH:MM, or `off`. The model runs until each image has a verdict; then a summary is sent.
    """
    use_cases, grant = target.linewatch().shifts, operator_grant(project)
    if at == "off":
        use_cases.remove_end_of_day(project, grant)
        click.echo(f"project {project} has no inspection at the end of the day", err=True)
        return
    try:
        when = time.fromisoformat(at)
    except ValueError as error:
        raise click.BadParameter(f"{at!r} is no time: give HH:MM, or off", param_hint="TIME") from error
    if end := use_cases.set_end_of_day(project, grant, at=when, zone=zone, prefix=prefix).end_of_day:
        click.echo(f"the images of project {project} are inspected each day at {at}, {end.zone}", err=True)
